//! Tables and paragraphs for a terminal of 100 columns: plain text, wrapped on words.

/// Width of everything printed, columns.
pub const WIDTH: usize = 100;

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its title.
    pub title: &'static str,
    /// Its width, columns; 0 takes what the others leave.
    pub width: usize,
    /// Numbers stand to the right.
    pub right: bool,
}

impl Column {
    /// A column of text of this width.
    #[must_use]
    pub fn text(title: &'static str, width: usize) -> Self {
        Self { title, width, right: false }
    }

    /// A column of numbers of this width.
    #[must_use]
    pub fn number(title: &'static str, width: usize) -> Self {
        Self { title, width, right: true }
    }
}

/// The table, header underlined, cells wrapped on words; no line is over [`WIDTH`].
#[must_use]
pub fn render(columns: &[Column], rows: &[Vec<String>]) -> String {
    let widths = widths(columns);
    let mut text = String::new();
    let titles: Vec<String> = columns.iter().map(|column| column.title.to_owned()).collect();
    push_row(&mut text, columns, &widths, &titles);
    let rule: Vec<String> = widths.iter().map(|&width| "─".repeat(width)).collect();
    push_row(&mut text, columns, &widths, &rule);
    for row in rows {
        push_row(&mut text, columns, &widths, row);
    }
    text
}

fn widths(columns: &[Column]) -> Vec<usize> {
    let gaps = 2 * columns.len().saturating_sub(1);
    let fixed: usize = columns.iter().map(|column| column.width).sum();
    let free = columns.iter().filter(|column| column.width == 0).count().max(1);
    let rest = WIDTH.saturating_sub(fixed + gaps) / free;
    columns.iter().map(|c| if c.width == 0 { rest.max(8) } else { c.width }).collect()
}

fn push_row(text: &mut String, columns: &[Column], widths: &[usize], cells: &[String]) {
    let wrapped: Vec<Vec<String>> =
        cells.iter().zip(widths).map(|(cell, &width)| wrap(cell, width)).collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    for at in 0..height {
        let mut line = String::new();
        for (place, (column, (lines, &width))) in
            columns.iter().zip(wrapped.iter().zip(widths)).enumerate()
        {
            if place > 0 {
                line.push_str("  ");
            }
            let part = lines.get(at).map_or("", String::as_str);
            let blank = " ".repeat(width.saturating_sub(part.chars().count()));
            if column.right {
                line.push_str(&blank);
                line.push_str(part);
            } else {
                line.push_str(part);
                line.push_str(&blank);
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

/// `text` in lines of at most `width` characters, broken at spaces; a longer word is cut.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    // A non-breaking space is no white space to break at: « 12 % » stays together.
    for word in text.split([' ', '\n', '\t', '\r']).filter(|word| !word.is_empty()) {
        let mut word: Vec<char> = word.chars().collect();
        if used > 0 && used + 1 + word.len() > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        while word.len() > width {
            let rest = word.split_off(width);
            lines.push(word.into_iter().collect());
            word = rest;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        used += word.len();
        line.extend(word);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// A paragraph: `first` before its first line, blanks before the others.
#[must_use]
pub fn paragraph(first: &str, text: &str) -> String {
    let indent = first.chars().count();
    let mut out = String::new();
    for (at, line) in wrap(text, WIDTH.saturating_sub(indent)).into_iter().enumerate() {
        if at == 0 {
            out.push_str(first);
        } else {
            out.push_str(&" ".repeat(indent));
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cells_wrap_on_words_and_numbers_stand_to_the_right() {
        let columns = [Column::number("n", 3), Column::text("nom", 10), Column::text("reste", 0)];
        let rows = vec![vec!["1".to_owned(), "La Textilerie de Paris".to_owned(), "é".repeat(90)]];
        let text = render(&columns, &rows);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert!(text.contains("  1  La"));
        assert!(text.lines().count() >= 5);
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide_and_no_word_is_lost(text in "\\PC{0,200}", width in 1_usize..60) {
            let lines = wrap(&text, width);
            prop_assert!(lines.iter().all(|line| line.chars().count() <= width));
            let kept: String = lines.concat().chars().filter(|c| *c != ' ').collect();
            let given: String = text.chars().filter(|c| *c != ' ').collect();
            prop_assert_eq!(kept, given);
        }
    }
}
