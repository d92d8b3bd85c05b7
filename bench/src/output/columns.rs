//! Aligned columns that fit a terminal.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};

/// The width that every table of this program fits.
pub const WIDTH: usize = 100;

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
pub fn fit(columns: Vec<Column>) -> (String, Vec<String>) {
    let mut columns: Vec<_> =
        columns.into_iter().filter(|column| column.spare == 0 || !column.is_empty()).collect();
    let mut left_out = Vec::new();
    loop {
        let text = drawn(&columns);
        if text.lines().all(|line| line.chars().count() <= WIDTH) {
            return (text, left_out);
        }
        let most = columns.iter().enumerate().max_by_key(|(_, column)| column.spare);
        match most {
            Some((place, column)) if column.spare > 0 => {
                left_out.push(column.heading.clone());
                columns.remove(place);
            }
            // Nothing can be spared: a name longer than the terminal.
            _ => return (text, left_out),
        }
    }
}

fn drawn(columns: &[Column]) -> String {
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
pub fn wrapped(lines: &str) -> String {
    let mut text = String::new();
    for line in lines.lines() {
        let mut width = 0;
        for (place, word) in line.split(' ').enumerate() {
            let own = word.chars().count();
            if place > 0 && width + 1 + own > WIDTH {
                text.push_str("\n  ");
                width = 2;
            } else if place > 0 {
                text.push(' ');
                width += 1;
            }
            text.push_str(word);
            width += own;
        }
        text.push('\n');
    }
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
            fit(vec![column("a", 0, 40), column("b", 2, 40), column("c", 1, 40)]);
        assert_eq!(left_out, ["b"]);
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert_eq!(text.lines().count(), 4, "{text}");
        let (_, left_out) = fit(vec![column("a", 0, 40), column("b", 1, 56)]);
        assert!(left_out.is_empty());
    }

    #[test]
    fn a_column_without_entries_is_not_shown() {
        let cells = [None, Some(String::new())];
        let empty = Column::of("empty", &cells, Clone::clone).spare(1);
        let (text, left_out) = fit(vec![column("a", 0, 4), empty]);
        assert!(!text.contains("empty") && left_out.is_empty(), "{text}");
    }

    #[test]
    fn a_bar_in_a_cell_is_no_border() {
        let column = |heading| Column::of(heading, &["c|d"], |cell| (*cell).to_owned());
        let text = markdown(&[column("a|b").words(), column("c")]);
        assert_eq!(text, "| a\\|b | c |\n|---|---:|\n| c\\|d | c\\|d |\n");
    }
}
