//! What the chapters say of their figures is so. A paragraph with a figure in "What was measured"
//! ends with a comment that says what holds, and here that is looked up in the chapter's tables:
//!
//! ```text
//! <!-- holds: [serial | M = 100] / [jit | M = 100] > 2; [jit | prepare] < 6 ms -->
//! ```
//!
//! A cell is a row, by its first cell or its first two, and a column, of the last table above that
//! has both. `=` compares as many digits as are written, and the paragraph has to show them. The
//! tables of a kept run are held to it by `report.rs`, so `cargo xtask readme` with another run
//! shows here which sentences have to change.

use std::fs;

use bench::commands::readme;

/// A table's head and its rows, in plain text.
#[derive(Debug, Default)]
struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn cells(line: &str) -> Vec<String> {
    let inner = line.trim().trim_matches('|');
    inner.split('|').map(|cell| cell.replace('`', "").trim().to_owned()).collect()
}

impl Table {
    /// From the lines of a block of Markdown, if it is one.
    fn of(block: &str) -> Option<Self> {
        let mut lines = block.lines().filter(|line| line.starts_with('|'));
        let head = cells(lines.next()?);
        lines.next().filter(|line| line.starts_with("|--") || line.starts_with("| --"))?;
        let mut rows: Vec<Vec<String>> = Vec::new();
        for mut row in lines.map(cells) {
            // An empty first cell stands for the one above.
            if let (Some(first), Some(above)) = (row.first_mut(), rows.last())
                && first.is_empty()
            {
                first.clone_from(&above[0]);
            }
            rows.push(row);
        }
        Some(Self { head, rows })
    }

    fn cell(&self, row: &str, column: &str) -> Option<&str> {
        let column = self.head.iter().position(|head| head == column)?;
        let named = |cells: &&Vec<String>| {
            cells[0] == row || cells.len() > 1 && format!("{}, {}", cells[0], cells[1]) == row
        };
        self.rows.iter().find(named)?.get(column).map(String::as_str)
    }
}

/// A number with its unit, of times in seconds.
fn number(text: &str) -> Result<f64, String> {
    let text = text.trim();
    let units =
        [(" ns", 1e-9), (" µs", 1e-6), (" ms", 1e-3), (" s", 1.0), (" KiB", 1.0), ("", 1.0)];
    let (digits, unit) = units
        .into_iter()
        .find_map(|(name, unit)| Some((text.strip_suffix(name)?, unit)))
        .unwrap_or((text, 1.0));
    let number: Result<f64, _> = digits.replace(',', "").parse();
    number.map(|number| number * unit).map_err(|_| format!("`{text}` is no number"))
}

/// Why a claim does not hold, of the tables above it.
fn judge(claim: &str, paragraph: &str, tables: &[Table]) -> Result<(), String> {
    let (left, operator, right) = ['>', '<', '=']
        .into_iter()
        .find_map(|sign| {
            // A column may have such a sign in its name.
            let (left, right) = claim.rsplit_once(']')?;
            let right = right.trim().strip_prefix(sign)?;
            Some((format!("{left}]"), sign, right.trim()))
        })
        .ok_or("it compares nothing")?;
    let values = left
        .split("] / [")
        .map(|cell| {
            let cell = cell.trim().trim_matches(['[', ']']);
            let (row, column) = cell.split_once(" | ").ok_or(format!("`{cell}` is no cell"))?;
            let found = tables.iter().rev().find_map(|table| table.cell(row, column));
            number(found.ok_or(format!("no table above has [{cell}]"))?)
        })
        .collect::<Result<Vec<_>, _>>()?;
    let value = match values[..] {
        [value] => value,
        [above, below] => above / below,
        _ => return Err("more than two cells".to_owned()),
    };
    let limit = number(right)?;
    let holds = match operator {
        '>' => value > limit,
        '<' => value < limit,
        _ => {
            let figure = right.split(' ').next().unwrap_or_default();
            if !paragraph.contains(right) {
                return Err(format!("the paragraph does not say {right}"));
            }
            let decimals = figure.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            let unit = limit / number(figure)?;
            (value - limit).abs() <= 0.5 * unit * 0.1f64.powi(decimals as i32) * (1.0 + 1e-9)
        }
    };
    if holds { Ok(()) } else { Err(format!("it is {value}")) }
}

/// The claims of a paragraph, and the paragraph without them.
fn claims(block: &str) -> (Vec<&str>, String) {
    let mut parts = block.split("<!-- holds: ");
    let mut text = parts.next().unwrap_or_default().to_owned();
    let mut claims = Vec::new();
    for part in parts {
        let (comment, rest) = part.split_once("-->").unwrap_or((part, ""));
        claims.extend(comment.split(';').map(str::trim));
        text += rest;
    }
    (claims, text)
}

/// Whether a paragraph says how long something takes, or how many times another.
fn has_figure(text: &str) -> bool {
    let code_free: String = text.split('`').step_by(2).collect();
    let words: Vec<_> = code_free.split_whitespace().collect();
    words.windows(2).any(|pair| {
        let number = pair[0].trim_matches(['(', '"', ',']).parse::<f64>().is_ok();
        let unit = pair[1].trim_matches(|c: char| c.is_ascii_punctuation());
        number && ["ns", "µs", "ms", "s", "KiB", "%", "×", "times", "of"].contains(&unit)
    })
}

/// What is wrong with a chapter.
fn faults(chapter: &str) -> (usize, Vec<String>) {
    // Listings may have empty lines and bars.
    let prose: String = chapter.split("```").step_by(2).collect();
    // What holds stands below its paragraph.
    let prose = prose.replace("\n\n<!-- holds: ", "\n<!-- holds: ");
    let (mut tables, mut judged, mut faults) = (Vec::new(), 0, Vec::new());
    let mut measured = false;
    for block in prose.split("\n\n").map(|block| block.trim_matches('\n')) {
        if let Some(heading) = block.strip_prefix("## ") {
            measured = heading == "What was measured";
        }
        if let Some(table) = Table::of(block) {
            tables.push(table);
            continue;
        }
        let (claims, text) = claims(block);
        for claim in &claims {
            judged += 1;
            if let Err(why) = judge(claim, &text, &tables) {
                faults.push(format!("`{claim}`: {why}"));
            }
        }
        if measured && claims.is_empty() && has_figure(&text) {
            faults.push(format!("nothing says what holds of:\n{text}"));
        }
    }
    (judged, faults)
}

#[test]
fn what_chapters_say_of_their_figures_is_so() {
    let mut judged = 0;
    for chapter in readme::CHAPTERS {
        let path = readme::chapter_path(chapter);
        let text = fs::read_to_string(&path).expect("a chapter");
        let (here, faults) = faults(&text);
        assert!(faults.is_empty(), "{}:\n{}", path.display(), faults.join("\n"));
        judged += here;
    }
    assert!(judged > 30, "{judged}");
}

#[test]
fn what_is_not_so_is_found() {
    let page = |words: &str| {
        format!(
            "## What was measured\n\n| way | M = 10 | all |\n|---|---:|---:|\n| `a` | 1.50 µs | 3 |\n\
             | | 400 ns | – |\n\n{words}\n"
        )
    };
    let faults = |words: &str| faults(&page(words)).1.join("\n");
    assert_eq!(faults("As said.\n<!-- holds: [a | M = 10] / [a, 400 ns | M = 10] > 3 -->"), "");
    assert_eq!(faults("It takes 1.5 µs.\n<!-- holds: [a | M = 10] = 1.5 µs -->"), "");
    assert!(
        faults("It takes 1.4 µs.\n<!-- holds: [a | M = 10] = 1.4 µs -->").contains("it is 0.0")
    );
    assert!(
        faults("It takes 2 µs.\n<!-- holds: [a | M = 10] = 1.5 µs -->").contains("not say 1.5")
    );
    assert!(
        faults("Soon.\n<!-- holds: [a | M = 10] < 1 µs; [a | all] < 4 -->").contains("1 µs`: it")
    );
    assert!(faults("So.\n<!-- holds: [b | all] < 4 -->").contains("no table above has [b | all]"));
    assert!(faults("So.\n<!-- holds: [a, 400 ns | all] < 4 -->").contains("is no number"));
    assert!(faults("It takes 1.5 µs.").contains("nothing says what holds"));
    assert_eq!(faults("No figure here; `sleep 3 s` is code."), "");
}

/// rustdoc finds what such a name stands for; on the web it is a word in brackets.
#[test]
fn no_page_has_a_link_that_only_rustdoc_knows() {
    let root = readme::path();
    let chapters = readme::CHAPTERS.into_iter().chain(["mc-core"]).map(readme::chapter_path);
    for path in chapters.chain([root]) {
        let text = fs::read_to_string(&path).expect("a page");
        let prose: String = text.split("```").step_by(2).collect();
        for part in prose.split("[`").skip(1) {
            let (name, rest) = part.split_once("`]").unwrap_or((part, ""));
            assert!(rest.starts_with('('), "{}: [`{name}`] leads nowhere", path.display());
        }
    }
}
