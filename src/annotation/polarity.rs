//! What a sentence denies or laments: negation, lack, closure, exclusion.
//!
//! Each token gets a state. How it is read belongs to the purpose: "personne ne répare
//! plus" denies the step in a record and asks for it in an observation; a need expressed
//! by a lack ("manque de logements") stays a need in both. Small closed word lists and
//! clause borders, no syntax: a scope never crosses a comma, "mais" or a full stop.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::sentence::{Gap, Token};

/// How a text speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A record describes an organisation: a denied step is not carried.
    Record,
    /// An observation reports from the field: a missing step is what is asked for.
    Observation,
    /// A question: nothing is denied, English and single weak words are welcome.
    Query,
}

/// What is said of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    /// It is there.
    Plain,
    /// It is lacking around: "manque de", "personne ne"…; the index is the cue's token.
    Lament(usize),
    /// The organisation does not do it: "ne fait pas de".
    Denial(usize),
    /// There is enough of it: "assez de", "ne manque pas".
    Enough(usize),
    /// It is not meant at all: "non alimentaire".
    Excluded,
}

const PASSES: [&str; 6] = ["pas", "plus", "jamais", "guere", "aucun", "aucune"];
const HAVING: [&str; 49] = [
    "a",
    "ai",
    "ont",
    "avons",
    "avait",
    "avaient",
    "aura",
    "auront",
    "est",
    "sont",
    "etait",
    "etaient",
    "existe",
    "existent",
    "reste",
    "restent",
    "trouve",
    "trouvent",
    "trouvons",
    "peut",
    "peuvent",
    "peux",
    "pouvons",
    "sait",
    "savent",
    "sais",
    "arrive",
    "arrivent",
    "ose",
    "osent",
    "suffit",
    "suffisent",
    "veut",
    "veulent",
    "connait",
    "connaissent",
    "dispose",
    "disposent",
    "maitrise",
    "maitrisent",
    "parle",
    "parlent",
    "lit",
    "mange",
    "mangent",
    "vient",
    "viennent",
    "passe",
    "passent",
];
const BEING: [&str; 10] = [
    "est",
    "sont",
    "existe",
    "existent",
    "etait",
    "etaient",
    "suffit",
    "suffisent",
    "passe",
    "passent",
];
const LACKS: [&str; 25] = [
    "manque",
    "manquent",
    "manquait",
    "manquer",
    "absence",
    "penurie",
    "carence",
    "faute",
    "disparition",
    "fermeture",
    "fermetures",
    "insuffisance",
    "impossible",
    "impossibilite",
    "introuvable",
    "introuvables",
    "inexistant",
    "inexistante",
    "inexistants",
    "inexistantes",
    "insuffisant",
    "insuffisante",
    "insuffisants",
    "insuffisantes",
    "rarete",
];
const AFTER: [&str; 24] = [
    "introuvable",
    "introuvables",
    "inexistant",
    "inexistante",
    "inexistants",
    "inexistantes",
    "insuffisant",
    "insuffisante",
    "insuffisants",
    "insuffisantes",
    "manque",
    "manquent",
    "disparu",
    "sature",
    "saturee",
    "satures",
    "saturees",
    "deborde",
    "debordes",
    "complet",
    "complets",
    "ferme",
    "fermee",
    "supprime",
];
const WISHES: [&str; 12] = [
    "besoin",
    "besoins",
    "faudrait",
    "faut",
    "cherche",
    "cherchent",
    "cherchons",
    "aimerait",
    "aimerions",
    "voudrait",
    "manquerait",
    "attendons",
];
/// Said with a negation: all is well.
const PROBLEMS: [&str; 6] = ["probleme", "problemes", "souci", "soucis", "difficile", "inquietude"];
const SUFFICIENT: [&str; 5] = ["suffisant", "suffisante", "suffisants", "suffisantes", "pourvu"];
const ENDS: [&str; 12] = [
    "mais",
    "or",
    "car",
    "donc",
    "sinon",
    "pourtant",
    "cependant",
    "alors",
    "tandis",
    "puis",
    "par",
    "grace",
];

/// Every word that may open a scope: any other is passed over at once.
static CUES: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let single = [
        "non",
        "sans",
        "sauf",
        "hormis",
        "excepte",
        "ni",
        "personne",
        "rien",
        "nul",
        "peu",
        "assez",
        "suffisamment",
        "defaut",
    ];
    [&PASSES[..], &LACKS, &AFTER, &WISHES, &SUFFICIENT, &single].concat().into_iter().collect()
});

/// The state of each token of `range`, in the order of the range.
///
/// `consumed(i)` says that token `i` belongs to a wording of the lexicon ("sans domicile"):
/// such a word of negation opens no scope. `person(i)` says that token `i` ends the name of
/// a public: "jeunes sans logement" laments where "service sans hébergement" denies.
#[must_use]
pub fn polarity(
    tokens: &[Token<'_>],
    range: (usize, usize),
    purpose: Purpose,
    consumed: &dyn Fn(usize) -> bool,
    person: &dyn Fn(usize) -> bool,
) -> Vec<Polarity> {
    let mut reader = Reader {
        tokens,
        range,
        observation: purpose == Purpose::Observation,
        person,
        states: vec![Polarity::Plain; range.1 - range.0],
    };
    for at in range.0..range.1 {
        if !consumed(at) {
            reader.cue(at);
        }
    }
    reader.states
}

struct Reader<'a, 't> {
    tokens: &'a [Token<'t>],
    range: (usize, usize),
    observation: bool,
    person: &'a dyn Fn(usize) -> bool,
    states: Vec<Polarity>,
}

impl Reader<'_, '_> {
    fn is(&self, at: usize, forms: &[&str]) -> bool {
        at >= self.range.0 && at < self.range.1 && self.tokens[at].is(forms)
    }

    /// Whether the token before `at`, in the same clause, is one of `forms`.
    fn after(&self, at: usize, forms: &[&str]) -> bool {
        at > self.range.0 && self.tokens[at].gap == Gap::None && self.is(at - 1, forms)
    }

    fn elides(&self, at: usize, letter: &str) -> bool {
        at < self.range.1 && self.tokens[at].word.elided == Some(letter)
    }

    /// "de", "du", "des", "d’" right after `at`.
    fn takes_de(&self, at: usize) -> bool {
        self.is(at + 1, &["de", "du", "des"]) || self.elides(at + 1, "d")
    }

    fn clause_start(&self, at: usize) -> usize {
        let mut from = at;
        while from > self.range.0 && self.tokens[from].gap == Gap::None {
            if self.is(from - 1, &ENDS[..10]) {
                break;
            }
            from -= 1;
        }
        from
    }

    fn clause_end(&self, at: usize) -> usize {
        let mut to = at + 1;
        while to < self.range.1 && self.tokens[to].gap == Gap::None && !self.is(to, &ENDS) {
            to += 1;
        }
        to
    }

    fn mark(&mut self, from: usize, to: usize, state: Polarity) {
        for at in from..to.min(self.range.1) {
            let slot = &mut self.states[at - self.range.0];
            if *slot == Polarity::Plain {
                *slot = state;
            }
        }
    }

    /// The token of "ne" or the one that elides it, at most six words before, same clause.
    fn ne_before(&self, at: usize) -> Option<usize> {
        let from = self.clause_start(at).max(at.saturating_sub(6));
        (from..=at).rev().find(|&i| self.is(i, &["ne"]) || self.elides(i, "n"))
    }

    fn cue(&mut self, at: usize) {
        let token = &self.tokens[at];
        if !CUES.contains(token.word.folded.as_str()) {
            return;
        }
        if token.is(&["non"]) {
            if !self.is(at + 1, &["seulement", "plus", "loin"]) {
                self.mark(at + 1, at + 2, Polarity::Excluded);
            }
        } else if token.is(&["sans"]) {
            self.without(at);
        } else if token.is(&["sauf", "hormis", "excepte"]) {
            self.mark(at + 1, self.clause_end(at), Polarity::Denial(at));
        } else if token.is(&["ni"]) {
            let lament = self.observation;
            let state = if lament { Polarity::Lament(at) } else { Polarity::Denial(at) };
            self.mark(at + 1, self.clause_end(at), state);
        } else if token.is(&["personne", "rien", "nul"]) {
            self.nobody(at);
        } else if token.is(&PASSES) {
            self.negation(at);
        } else if token.is(&["peu"]) && self.takes_de(at) {
            self.mark(at + 1, self.clause_end(at), Polarity::Lament(at));
        } else if token.is(&["assez", "suffisamment"]) && self.takes_de(at) {
            if !self.after(at, &["pas", "jamais", "plus"]) {
                self.mark(at, self.clause_end(at), Polarity::Enough(at));
            }
        } else if token.is(&SUFFICIENT) && !self.after(at, &["pas", "peu"]) {
            self.mark(self.clause_start(at), at, Polarity::Enough(at));
        } else if self.observation && token.is(&WISHES) && self.wishes(at) {
            self.mark(at + 1, self.clause_end(at), Polarity::Lament(at));
        } else {
            self.lack(at);
        }
    }

    /// "il faut un local", not "il faut aller".
    fn wishes(&self, at: usize) -> bool {
        self.takes_de(at) || self.is(at + 1, &["un", "une", "plus", "deux", "quelqu'un"])
    }

    /// "sans X": two content words; a lament when said of people, else a denial.
    fn without(&mut self, at: usize) {
        if self.is(at + 1, &["solution", "solutions", "acces"]) {
            self.mark(at + 1, self.clause_end(at), Polarity::Lament(at));
            return;
        }
        let mut to = at + 1;
        let mut content = 0;
        while to < self.range.1 && self.tokens[to].gap == Gap::None && content < 2 {
            if self.is(to, &["pour", "avec", "dans", "chez", "et", "mais", "a", "en"]) {
                break;
            }
            content += usize::from(!self.tokens[to].stop);
            to += 1;
        }
        let said_of_people = at > self.range.0 && (self.person)(at - 1);
        let lament = self.observation || said_of_people;
        let state = if lament { Polarity::Lament(at) } else { Polarity::Denial(at) };
        self.mark(at + 1, to, state);
    }

    /// "personne ne répare", "personne pour", "rien pour"; not "une personne".
    fn nobody(&mut self, at: usize) {
        let article = self
            .after(at, &["une", "la", "cette", "chaque", "toute", "par", "de", "sa", "une", "a"])
            || self.tokens[at].word.elided.is_some();
        let next = at + 1;
        let open = self.is(next, &["ne", "pour", "dans", "ici", "qui", "a", "pres", "au"])
            || self.elides(next, "n")
            || next >= self.range.1;
        if open && !article {
            self.mark(at, self.verb_end(at), Polarity::Lament(at));
        } else if !article && self.tokens[at].is(&["personne", "rien"]) {
            // "on ne trouve rien", "il n’y a personne": the scope is what follows.
            if self.ne_before(at).is_some() {
                self.mark(at, self.verb_end(at), Polarity::Lament(at));
            }
        }
    }

    /// Where what is done ends and what it is done to begins: "personne ne répare / les
    /// vélos", "rien pour habiller / le bébé". The clause, when it has no such border.
    fn verb_end(&self, at: usize) -> usize {
        let end = self.clause_end(at);
        let done = (at + 1..end).find(|&i| {
            !self.tokens[i].stop && !self.tokens[i].is(&PASSES) && !self.tokens[i].is(&["ni"])
        });
        let object = |&i: &usize| {
            self.is(
                i,
                &["le", "la", "les", "un", "une", "des", "nos", "leurs", "ces", "son", "sa", "ses"],
            ) || self.elides(i, "l")
        };
        done.and_then(|done| (done + 1..end).find(object)).unwrap_or(end)
    }

    /// "ne … pas", "y a plus de", "pas d’hébergement", "plus de couturière", "aucun".
    fn negation(&mut self, at: usize) {
        // "personne ne répare plus les vélos": said already, and of what is done only.
        if matches!(self.states[at - self.range.0], Polarity::Lament(cue)
            if self.is(cue, &["personne", "rien", "nul"]))
        {
            return;
        }
        let plus = self.is(at, &["plus"]);
        if self.is(at + 1, &["seulement", "que", "uniquement", "moins", "loin"])
            || self.elides(at + 1, "qu")
            || (plus && self.after(at, &["de", "en", "le", "la", "les", "non", "d", "bien"]))
        {
            return;
        }
        if (at + 1..self.clause_end(at).min(at + 4)).any(|i| self.is(i, &PROBLEMS)) {
            self.all_is_well(at);
            return;
        }
        let numbered = self
            .tokens
            .get(at + 2)
            .is_some_and(|next| next.word.folded.starts_with(|c: char| c.is_ascii_digit()));
        if let Some(ne) = self.ne_before(at) {
            self.negated_verb(ne, at);
            return;
        }
        let opens = self.takes_de(at)
            || self.is(at + 1, &["un", "une", "assez", "encore", "aucun", "personne", "rien"]);
        let spoken = self.after(at, &["a", "ai", "avons", "ont", "avait"]);
        let start = self.clause_start(at) == at || self.after(at, &["et", "ou", "mais", "avec"]);
        let told = match () {
            () if self.is(at, &["aucun", "aucune"]) => true,
            () if plus => opens && !numbered && (spoken || (start && self.observation)),
            () => opens || spoken,
        };
        if told {
            let (to, lament) = if self.observation || spoken {
                (self.clause_end(at), true)
            } else {
                (self.denial_end(at), false)
            };
            let state = if lament { Polarity::Lament(at) } else { Polarity::Denial(at) };
            self.mark(at, to, state);
        }
    }

    /// "se loger n’est pas un problème", "aucun souci pour se soigner".
    fn all_is_well(&mut self, at: usize) {
        self.mark(self.clause_start(at), self.clause_end(at), Polarity::Enough(at));
    }

    /// "ne fait pas de collecte" denies; "il n’y a pas de garage", "qui n’ont pas" lament.
    fn negated_verb(&mut self, ne: usize, at: usize) {
        // "ne manque pas de", "n’a pas besoin de": there is enough.
        if (ne..at).any(|i| self.is(i, &["manque", "manquent"]))
            || (self.is(at + 1, &["besoin"]) && !self.is(at, &["plus"]))
        {
            self.mark(at, self.clause_end(at), Polarity::Enough(at));
            return;
        }
        let verb =
            (ne..at).find(|&i| !self.is(i, &["ne", "y", "en", "se", "s", "le", "la", "les"]));
        let about_people = self.after(ne, &["qui"]) || self.after(ne, &["ils", "elles", "on"]);
        let having = verb.is_none_or(|i| self.is(i, &HAVING));
        let lament = self.observation || about_people || having;
        let state = if lament { Polarity::Lament(at) } else { Polarity::Denial(at) };
        let to = if lament { self.clause_end(at) } else { self.denial_end(at) };
        // "pas où stocker les bocaux": the place is missing, not the jars.
        let to = if self.is(at + 1, &["ou"]) { self.verb_end(at) } else { to };
        self.mark(ne, to, state);
        // "la collecte n’est pas assurée": the subject is what is missing.
        if verb.is_some_and(|i| self.is(i, &BEING)) && !self.is(ne, &["y"]) {
            self.mark(self.clause_start(ne), ne, state);
        }
    }

    /// A denial stops at "et" unless what follows is of the same kind: "et de tri".
    fn denial_end(&self, at: usize) -> usize {
        let end = self.clause_end(at);
        (at + 1..end).find(|&i| self.is(i, &["et"]) && !self.takes_de(i)).unwrap_or(end)
    }

    /// "manque de X", "absence de X"; "X introuvable", "le garage a fermé".
    fn lack(&mut self, at: usize) {
        let token = &self.tokens[at];
        if self.states[at - self.range.0] != Polarity::Plain {
            return;
        }
        let state = Polarity::Lament(at);
        let ended = at + 1 >= self.range.1 || self.tokens[at + 1].gap != Gap::None;
        if token.is(&LACKS) && (self.takes_de(at) || self.is(at + 1, &["pour", "un", "une"])) {
            self.mark(at + 1, self.clause_end(at), state);
        } else if token.is(&["defaut"]) && self.after(at, &["fait", "font"]) {
            self.mark(self.clause_start(at), at, state);
        } else if token.is(&["ferme", "fermee", "disparu", "supprime"]) {
            // "la ferme" is a farm: a closure needs its auxiliary.
            if self.after(at, &["a", "ont", "est", "va", "ete"]) && ended {
                self.mark(self.clause_start(at), at, state);
            }
        } else if token.is(&AFTER) && (ended || !token.is(&["manque", "complet"])) {
            self.mark(self.clause_start(at), at, state);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::sentence::tokens;
    use super::*;

    /// The words lamented and those denied.
    fn read(text: &str, purpose: Purpose) -> (Vec<String>, Vec<String>) {
        let all = tokens(text);
        let states = polarity(&all, (0, all.len()), purpose, &|_| false, &|at| {
            all[at].is(&["jeunes", "personnes"])
        });
        let pick = |wanted: fn(&Polarity) -> bool| {
            all.iter()
                .zip(&states)
                .filter(|(token, state)| !token.stop && wanted(state))
                .map(|(token, _)| token.word.folded.clone())
                .collect()
        };
        (
            pick(|state| matches!(state, Polarity::Lament(_))),
            pick(|state| matches!(state, Polarity::Denial(_))),
        )
    }

    #[test]
    fn a_lament_covers_what_is_missing() {
        for (text, word) in [
            ("personne ne répare plus", "repare"),
            ("plus de couturière au village", "couturiere"),
            ("il n’y a pas de garage solidaire", "garage"),
            ("manque de réparateurs", "reparateurs"),
            ("absence de collecte", "collecte"),
            ("aucun atelier ici", "atelier"),
            ("rien pour trier", "trier"),
            ("sans solution de garde", "garde"),
            ("y a plus personne pour la couture", "couture"),
            ("le garage solidaire a fermé", "garage"),
            ("la collecte n'est plus assurée", "collecte"),
            ("les réparateurs sont introuvables", "reparateurs"),
            ("il faudrait un atelier", "atelier"),
            ("on ne trouve plus de couturière", "couturiere"),
        ] {
            let (lament, _) = read(text, Purpose::Observation);
            assert!(lament.iter().any(|seen| seen == word), "{text}: {lament:?}");
        }
    }

    #[test]
    fn a_record_denies_what_it_does_not_do_and_no_more() {
        let (_, denied) = read("Ne fait pas de collecte mais du tri", Purpose::Record);
        assert!(denied.contains(&"collecte".into()) && !denied.contains(&"tri".into()));
        let (_, denied) = read("Ne fait pas de collecte et vend des habits", Purpose::Record);
        assert!(!denied.contains(&"vend".into()), "{denied:?}");
        let (_, denied) = read("Action sociale sans hébergement", Purpose::Record);
        assert_eq!(denied, ["hebergement"]);
        let (lament, _) = read("jeunes sans logement", Purpose::Record);
        assert_eq!(lament, ["logement"]);
        let (_, denied) = read("Pas d’hébergement", Purpose::Record);
        assert!(denied.contains(&"hebergement".into()));
    }

    #[test]
    fn more_is_not_no_more() {
        for text in [
            "Plus de 300 bénévoles réparent",
            "de plus en plus de collecte",
            "une personne répare",
            "les plus démunis réparent",
            "non seulement la collecte",
            "la ferme urbaine cultive",
            "n’est pas seulement une collecte",
        ] {
            for purpose in [Purpose::Record, Purpose::Observation] {
                let (lament, denied) = read(text, purpose);
                assert!(lament.is_empty() && denied.is_empty(), "{text}: {lament:?} {denied:?}");
            }
        }
    }
}
