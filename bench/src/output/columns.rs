//! Aligned columns and paragraphs that fit a width.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};

/// What stands where there is nothing to say.
const NONE: &str = "–";

/// One column of a table: on a terminal, in Markdown, on a page.
pub struct Column {
    /// What stands above it.
    pub heading: String,
    /// Its cells, from the top.
    pub cells: Vec<String>,
    /// The column with the highest number is left out first, where the table is too
    /// wide; 0 is never left out.
    pub spare: u8,
    /// Words to the left, numbers to the right.
    pub words: bool,
}

impl Column {
    /// Numbers: what `cell` says of each of `rows`, if anything.
    pub fn of<T, C: Into<Option<String>>>(
        heading: impl Into<String>,
        rows: &[T],
        cell: impl Fn(&T) -> C,
    ) -> Self {
        let cell = |row| cell(row).into().unwrap_or_else(|| NONE.to_owned());
        let cells = rows.iter().map(cell).collect();
        Self { heading: heading.into(), cells, spare: 0, words: false }
    }

    /// Words instead of numbers.
    pub fn words(self) -> Self {
        Self { words: true, ..self }
    }

    /// One that can be left out.
    pub fn spare(self, spare: u8) -> Self {
        Self { spare, ..self }
    }

    /// Whether there is nothing to show.
    fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.is_empty() || cell == NONE)
    }
}

/// The columns side by side, and the headings of those that were left out for want
/// of room. Columns without any entry are left out silently.
///
/// Where no more can be left out, the table goes on below, each of its parts with the first column: a
/// row has a line in each.
pub fn fit(columns: Vec<Column>, width: usize) -> (String, Vec<String>) {
    let mut columns: Vec<_> =
        columns.into_iter().filter(|column| column.spare == 0 || !column.is_empty()).collect();
    let mut left_out = Vec::new();
    loop {
        let all: Vec<_> = columns.iter().collect();
        let text = drawn(&all);
        if fits(&text, width) {
            return (text, left_out);
        }
        let most = columns.iter().enumerate().max_by_key(|(_, column)| column.spare);
        match most {
            Some((place, column)) if column.spare > 0 => {
                left_out.push(column.heading.clone());
                columns.remove(place);
            }
            _ => return (folded(&all, width), left_out),
        }
    }
}

fn fits(text: &str, width: usize) -> bool {
    text.lines().all(|line| line.chars().count() <= width)
}

/// The columns in as many parts as it takes. Only a part of one column may be too wide.
fn folded(columns: &[&Column], width: usize) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut part: Vec<&Column> = Vec::new();
    for &column in columns {
        part.push(column);
        if part.len() > 2 && !fits(&drawn(&part), width) {
            part.pop();
            parts.push(drawn(&part));
            part = vec![columns[0], column];
        }
    }
    parts.push(drawn(&part));
    parts.join("\n")
}

fn drawn(columns: &[&Column]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(columns.iter().map(|column| &column.heading));
    for line in 0..columns.iter().map(|column| column.cells.len()).max().unwrap_or(0) {
        table.add_row(
            columns.iter().map(|column| column.cells.get(line).map_or("", String::as_str)),
        );
    }
    for (place, (column, own)) in table.column_iter_mut().zip(columns).enumerate() {
        if !own.words {
            column.set_cell_alignment(CellAlignment::Right);
        }
        column.set_padding((if place == 0 { 0 } else { 2 }, 0));
    }
    let lines: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

/// The lines, each broken at spaces where it is too long, and then indented.
pub fn wrapped(lines: &str, width: usize) -> String {
    lines.lines().map(|line| hanging(line, width, 2)).collect()
}

/// A line, broken at spaces where it is too long: the rest hangs `indent` columns from the left.
pub fn hanging(line: &str, width: usize, indent: usize) -> String {
    // There must be room for a word beside the margin.
    let indent = if indent > width / 2 { 2 } else { indent };
    let mut text = String::new();
    let mut used = 0;
    // At the begin of a line no space stands before a word.
    let mut begins = true;
    for word in line.split(' ') {
        let own = word.chars().count();
        if !begins && used + 1 + own > width {
            text.truncate(text.trim_end().len());
            text.push('\n');
            text.push_str(&" ".repeat(indent));
            used = indent;
            begins = true;
        }
        // Of several spaces at a break none is kept.
        if begins && word.is_empty() && text.contains('\n') {
            continue;
        }
        if !begins {
            text.push(' ');
            used += 1;
        }
        text.push_str(word);
        used += own;
        begins = false;
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The columns side by side, as a table of Markdown.
pub fn markdown(columns: &[Column]) -> String {
    let row = |cell: &dyn Fn(&Column) -> String| {
        let cells = columns.iter().map(|column| cell(column).replace('|', "\\|"));
        format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
    };
    let rule = columns.iter().map(|column| if column.words { "|---" } else { "|---:" });
    let mut text = row(&|column| column.heading.clone()) + &rule.collect::<String>() + "|\n";
    for line in 0..columns.first().map_or(0, |column| column.cells.len()) {
        text += &row(&|column| column.cells[line].clone());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(heading: &'static str, spare: u8, width: usize) -> Column {
        Column::of(heading, &[(); 3], |()| Some("9".repeat(width))).spare(spare)
    }

    #[test]
    fn what_can_be_spared_is_left_out_until_it_fits() {
        let (text, left_out) =
            fit(vec![column("a", 0, 40), column("b", 2, 40), column("c", 1, 40)], 100);
        assert_eq!(left_out, ["b"]);
        assert!(fits(&text, 100), "{text}");
        assert_eq!(text.lines().count(), 4, "{text}");
        let (_, left_out) = fit(vec![column("a", 0, 40), column("b", 1, 56)], 100);
        assert!(left_out.is_empty());
    }

    #[test]
    fn what_cannot_be_spared_goes_on_below() {
        let names = ["a", "b", "c", "d", "e"];
        for width in [10, 15, 20, 80] {
            let (text, left_out) = fit(names.map(|name| column(name, 0, 4)).into(), width);
            assert!(left_out.is_empty() && fits(&text, width), "{width}:\n{text}");
            let cells: usize = text.lines().map(|line| line.matches("9999").count()).sum();
            let parts = text.split("\n\n").count();
            assert_eq!(cells, 3 * (names.len() + parts - 1), "{text}");
        }
        // One cell that is wider than all: it is shown.
        let (text, _) = fit(vec![column("a", 0, 4), column("b", 0, 200)], 20);
        assert_eq!(text.lines().count(), 4, "{text}");
    }

    #[test]
    fn long_lines_hang() {
        assert_eq!(hanging("one two three", 9, 2), "one two\n  three\n");
        assert_eq!(hanging("a     one two", 10, 6), "a     one\n  two\n");
        assert_eq!(hanging("a    one two", 10, 5), "a    one\n     two\n");
        assert_eq!(hanging("one      two", 5, 2), "one\n  two\n");
        assert_eq!(hanging("  one two", 6, 2), "  one\n  two\n");
        assert_eq!(hanging("", 10, 4), "\n");
    }

    #[test]
    fn a_column_without_entries_is_not_shown() {
        let cells = [None, Some(String::new())];
        let empty = Column::of("empty", &cells, Clone::clone).spare(1);
        let (text, left_out) = fit(vec![column("a", 0, 4), empty], 100);
        assert!(!text.contains("empty") && left_out.is_empty(), "{text}");
    }

    #[test]
    fn a_bar_in_a_cell_is_no_border() {
        let column = |heading| Column::of(heading, &["c|d"], |cell| (*cell).to_owned());
        let text = markdown(&[column("a|b").words(), column("c")]);
        assert_eq!(text, "| a\\|b | c |\n|---|---:|\n| c\\|d | c\\|d |\n");
    }
}
