//! The file as Markdown: headings, lists and tables that hold whatever the records say.
//!
//! Every word that comes from a record or a template is escaped, so that no name can open
//! a heading, a link, a table cell or an HTML tag. Addresses become links only where they
//! are plain `http` addresses.

use std::fmt::Write as _;

use crate::domain::fact::Fact;
use crate::domain::provenance::Basis;
use crate::matching::explanation::sentences::Templates;
use crate::matching::explanation::shown::Sentence;
use crate::matching::outcome::{GateState, RelationKind};

use super::{Feasibility, SchemeShown};

/// The file as Markdown, in the language of its sentences; the fixed words come from
/// `templates`.
#[must_use]
pub fn write(file: &Feasibility, templates: &Templates) -> String {
    let mut page = Page { file, templates, out: String::new(), section: 0 };
    page.head();
    page.summary();
    page.needs();
    page.first_actor();
    page.relations();
    page.gains();
    page.scaling();
    page.conditions();
    page.unknowns();
    page.schemes();
    page.calendar();
    page.watch_points();
    page.signatures();
    page.sources();
    page.out
}

struct Page<'a> {
    file: &'a Feasibility,
    templates: &'a Templates,
    out: String,
    section: usize,
}

impl Page<'_> {
    fn head(&mut self) {
        let _ = writeln!(self.out, "# {}\n", escape(&self.file.title));
        let file = self.file;
        let mut first = true;
        for sentence in &file.state {
            let text = self.cited(sentence);
            if first {
                let _ = writeln!(self.out, "**{text}**\n");
                first = false;
            } else {
                let _ = writeln!(self.out, "{text}  ");
            }
        }
        self.out.push('\n');
    }

    fn summary(&mut self) {
        self.section("feasibility.section.summary");
        let file = self.file;
        self.paragraph(&file.summary);
    }

    fn needs(&mut self) {
        self.section("feasibility.section.need");
        let file = self.file;
        if file.needs.is_empty() {
            self.line("feasibility.need.none");
        }
        if !file.needs.is_empty() {
            self.line("feasibility.need.intro");
        }
        for need in file.needs.iter().filter(|need| !need.brief) {
            let _ = writeln!(self.out, "### {}\n", escape(&need.label));
            self.paragraph(std::slice::from_ref(&need.level));
            self.list(&need.evidence);
            if !need.because.is_empty() {
                let phrases: Vec<String> =
                    need.because.iter().map(|because| self.quoted(&because.text)).collect();
                let intro = self.word("feasibility.need.because");
                let _ = writeln!(self.out, "{intro} {}.\n", phrases.join(", "));
            }
        }
        let brief: Vec<Sentence> =
            file.needs.iter().filter(|need| need.brief).map(|need| need.level.clone()).collect();
        self.list(&brief);
    }

    fn first_actor(&mut self) {
        self.section("feasibility.section.first");
        let file = self.file;
        self.paragraph(&file.first_actor.sentences);
    }

    fn relations(&mut self) {
        self.section("feasibility.section.relations");
        let file = self.file;
        if file.relations.is_empty() {
            self.line("feasibility.relations.none");
        }
        for group in &file.relations {
            let _ = writeln!(self.out, "### {}\n", escape(&group.title));
            if group.kind == RelationKind::Competes {
                self.line("feasibility.relations.alliance");
            }
            self.list(&group.items);
            if group.others > 0 {
                let key = if group.items.is_empty() {
                    "feasibility.relations.only_register"
                } else {
                    "feasibility.relations.more"
                };
                let text = self.count(key, group.others);
                let _ = writeln!(self.out, "{text}\n");
            }
        }
    }

    fn gains(&mut self) {
        self.section("feasibility.section.gains");
        let file = self.file;
        for gain in &file.gains {
            let _ = writeln!(self.out, "**{}**\n", escape(&gain.label));
            self.list(&gain.items);
        }
    }

    fn scaling(&mut self) {
        self.section("feasibility.section.scaling");
        let scaling = &self.file.scaling;
        let mut said: Vec<Sentence> = Vec::new();
        said.extend(scaling.stated.iter().map(|(_, sentence)| sentence.clone()));
        said.push(scaling.reason.clone());
        self.paragraph(&said);
        for question in &scaling.questions {
            let _ =
                writeln!(self.out, "- {} **{}**", escape(&question.text), escape(&question.answer));
            for signal in &question.signals {
                let text = self.cited(signal);
                let _ = writeln!(self.out, "  - {text}");
            }
        }
        self.out.push('\n');
        self.paragraph(&scaling.here);
        if !scaling.would_change.is_empty() {
            self.line("feasibility.scaling.change.intro");
            self.list(&scaling.would_change);
        }
    }

    fn conditions(&mut self) {
        self.section("feasibility.section.conditions");
        let file = self.file;
        if file.conditions.is_empty() {
            self.line("feasibility.conditions.none");
        }
        for condition in &file.conditions {
            let state = self.state(condition.state);
            let fact = self.cited(&condition.fact);
            let _ = writeln!(self.out, "- **{state}** {fact}");
            if let Some(check) = &condition.check {
                let text = self.cited(check);
                let _ = writeln!(self.out, "  - {text}");
            }
        }
        self.out.push('\n');
    }

    fn unknowns(&mut self) {
        self.section("feasibility.section.unknowns");
        let file = self.file;
        if file.unknowns.is_empty() {
            self.line("feasibility.unknowns.none");
            return;
        }
        let question = self.word("feasibility.column.question");
        let whom = self.word("feasibility.column.whom");
        let _ = writeln!(self.out, "| {question} | {whom} |\n| --- | --- |");
        for unknown in &file.unknowns {
            let text = self.cited(&unknown.question);
            let _ = writeln!(self.out, "| {text} | {} |", escape(&unknown.who));
        }
        self.out.push('\n');
    }

    fn schemes(&mut self) {
        self.section("feasibility.section.schemes");
        let schemes = &self.file.schemes;
        if schemes.own.is_empty() {
            self.line("feasibility.schemes.none");
        } else {
            self.line("feasibility.schemes.intro");
            for scheme in &schemes.own {
                self.scheme(scheme);
            }
            self.out.push('\n');
        }
        if !schemes.others.is_empty() {
            self.line("feasibility.schemes.others");
            for scheme in &schemes.others {
                self.scheme(scheme);
            }
            self.out.push('\n');
        }
        if schemes.left_out > 0 {
            let text = self.count("feasibility.schemes.more", schemes.left_out);
            let _ = writeln!(self.out, "{text}\n");
        }
    }

    fn scheme(&mut self, scheme: &SchemeShown) {
        let text = self.cited(&scheme.sentence);
        let _ = writeln!(self.out, "- {text}");
        for (state, key) in [
            (GateState::Met, "feasibility.schemes.met"),
            (GateState::Unknown, "feasibility.schemes.unknown"),
            (GateState::Unmet, "feasibility.schemes.unmet"),
        ] {
            let parts: Vec<String> = scheme
                .tests
                .iter()
                .filter(|tested| tested.state == state && !tested.plain)
                .map(|tested| escape(&tested.why.text))
                .collect();
            if !parts.is_empty() {
                let word = self.word(key);
                let _ = writeln!(self.out, "  - {word} {}.", parts.join(self.semicolon()));
            }
        }
    }

    fn calendar(&mut self) {
        self.section("feasibility.section.calendar");
        self.line("feasibility.calendar.intro");
        let file = self.file;
        for month in &file.calendar {
            let _ = writeln!(self.out, "**{}**\n", escape(&month.name));
            self.list(&month.steps);
        }
    }

    fn watch_points(&mut self) {
        self.section("feasibility.section.watch");
        let file = self.file;
        if file.watch_points.is_empty() {
            self.line("feasibility.watch.none");
        }
        self.list(&file.watch_points);
    }

    fn signatures(&mut self) {
        self.section("feasibility.section.signatures");
        self.line("feasibility.sign.intro");
        let file = self.file;
        for line in &file.signatures {
            let _ = writeln!(self.out, "- {}", escape(line));
        }
        self.out.push('\n');
    }

    fn sources(&mut self) {
        self.section("feasibility.section.sources");
        let file = self.file;
        for reference in &file.sources {
            let mut text = address(&reference.source);
            if !reference.years.is_empty() {
                let years: Vec<String> = reference.years.iter().map(i16::to_string).collect();
                let _ = write!(text, ", {}", years.join(", "));
            }
            if let Some(licence) = &reference.licence {
                let word = self.word("feasibility.sources.licence");
                let _ = write!(text, " ({word} {})", escape(licence));
            }
            let _ = writeln!(self.out, "{}. {text}", reference.number);
        }
    }

    fn section(&mut self, key: &'static str) {
        self.section += 1;
        let title = self.word(key);
        let _ = writeln!(self.out, "## {}. {title}\n", self.section);
    }

    /// A fixed text on its own line.
    fn line(&mut self, key: &'static str) {
        let text = self.word(key);
        let _ = writeln!(self.out, "{text}\n");
    }

    fn paragraph(&mut self, sentences: &[Sentence]) {
        if sentences.is_empty() {
            return;
        }
        let texts: Vec<String> = sentences.iter().map(|s| self.cited(s)).collect();
        let _ = writeln!(self.out, "{}\n", texts.join(" "));
    }

    fn list(&mut self, sentences: &[Sentence]) {
        for sentence in sentences {
            let text = self.cited(sentence);
            let _ = writeln!(self.out, "- {text}");
        }
        if !sentences.is_empty() {
            self.out.push('\n');
        }
    }

    /// A sentence with the numbers of its sources.
    fn cited(&self, sentence: &Sentence) -> String {
        let text = escape(&sentence.text);
        let numbers: Vec<String> =
            self.file.numbers(sentence).iter().map(usize::to_string).collect();
        if numbers.is_empty() { text } else { format!("{text} [{}]", numbers.join(", ")) }
    }

    fn quoted(&self, text: &str) -> String {
        match self.file.lang {
            crate::domain::lang::Lang::Fr => format!("«\u{a0}{}\u{a0}»", escape(text)),
            crate::domain::lang::Lang::En => format!("“{}”", escape(text)),
        }
    }

    fn semicolon(&self) -> &'static str {
        match self.file.lang {
            crate::domain::lang::Lang::Fr => "\u{a0}; ",
            crate::domain::lang::Lang::En => "; ",
        }
    }

    fn state(&self, state: GateState) -> String {
        self.word(match state {
            GateState::Met => "feasibility.state.met",
            GateState::Unmet => "feasibility.state.unmet",
            GateState::Unknown => "feasibility.state.unknown",
        })
    }

    fn word(&self, key: &'static str) -> String {
        self.said(&Fact::new(key, Basis::Stated))
    }

    fn count(&self, key: &'static str, count: usize) -> String {
        let count = crate::domain::fact::Arg::Count(count as u64);
        self.said(&Fact::new(key, Basis::Stated).with("count", count))
    }

    fn said(&self, fact: &Fact) -> String {
        escape(&self.templates.render(fact, &self.file.context.taxonomy, self.file.lang))
    }
}

/// An address as a link where it is a plain one, as text otherwise.
fn address(source: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>' | '\\');
    let web = source.starts_with("https://") || source.starts_with("http://");
    if web && source.chars().all(plain) { format!("<{source}>") } else { escape(source) }
}

/// `text` as it must be read: on one line, every sign of Markdown or HTML disarmed.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let one_line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let one_line = one_line.trim();
    // A number then a dot or a bracket, at the start, would open a list.
    let digits = one_line.chars().take_while(char::is_ascii_digit).count();
    for (at, c) in one_line.chars().enumerate() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // Before a letter it would open an entity; elsewhere it is only a sign.
            '&' if one_line
                .chars()
                .nth(at + 1)
                .is_some_and(|c| c.is_alphanumeric() || c == '#') =>
            {
                out.push_str("&amp;");
            }
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            '#' | '-' | '+' | '=' | '!' if at == 0 => {
                out.push('\\');
                out.push(c);
            }
            '.' | ')' if digits > 0 && at == digits => {
                out.push('\\');
                out.push(c);
            }
            // A bare address would become a link in many readers.
            ':' if one_line.chars().skip(at + 1).take(2).eq("//".chars()) => {
                out.push_str("\\:");
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_opens_a_tag_a_cell_a_link_or_a_heading() {
        assert_eq!(escape("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;");
        assert_eq!(escape("a | **b** | `c`"), "a \\| \\*\\*b\\*\\* \\| \\`c\\`");
        assert_eq!(escape("[x](javascript:y)"), "\\[x\\](javascript:y)");
        assert_eq!(escape("# titre"), "\\# titre");
        assert_eq!(escape("12. treize"), "12\\. treize");
        assert_eq!(escape("2. a 3. b"), "2\\. a 3. b");
        assert_eq!(escape("a\n\n# b"), "a  # b");
        assert_eq!(escape("voir https://exemple.fr"), "voir https\\://exemple.fr");
        assert_eq!(escape("R&D et toit & moi"), "R&amp;D et toit & moi");
    }

    #[test]
    fn french_text_is_left_as_it_is() {
        let text = "L’entreprise répond à « un besoin » : 87\u{a0}% (2023), c’est-à-dire beaucoup.";
        assert_eq!(escape(text), text);
    }

    #[test]
    fn only_a_plain_address_is_a_link() {
        assert_eq!(address("https://exemple.fr/a_b"), "<https://exemple.fr/a_b>");
        assert_eq!(address("https://exemple.fr/>x"), "https\\://exemple.fr/&gt;x");
        assert_eq!(address("javascript:alert(1)"), "javascript:alert(1)");
        assert_eq!(address("Insee, RP"), "Insee, RP");
    }
}
