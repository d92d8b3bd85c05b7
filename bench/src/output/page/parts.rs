//! What the sections of the page are made of: pictures in their place, and tables.

use crate::output::chart::ChartError;
use crate::output::chart::canvas::Picture;
use maud::{Markup, PreEscaped, html};

/// A picture; none where the document lacks what it needs.
pub type Figure = Result<Option<Picture>, ChartError>;

/// A cell with nothing in it.
pub const NONE: &str = "–";

/// A table: headings, and rows that begin with a name. The headings of the columns
/// of words are told by number. The caption is shown.
pub fn table(caption: &str, headings: &[String], words: &[usize], rows: &[Vec<String>]) -> Markup {
    headed(caption, true, headings, words, rows)
}

/// A table whose caption is shown only on request: a heading above it may say the same.
pub fn headed(
    caption: &str,
    shown: bool,
    headings: &[String],
    words: &[usize],
    rows: &[Vec<String>],
) -> Markup {
    let class = |k: usize| words.contains(&k).then_some("words");
    html! {
        div.wide tabindex="0" role="region" aria-label=(caption) {
            table {
                @if shown { caption { (caption) } }
                thead { tr { @for (k, heading) in headings.iter().enumerate() {
                    th scope="col" class=[class(k)] { (heading) }
                } } }
                tbody { @for row in rows { tr { @for (k, cell) in row.iter().enumerate() {
                    @if k == 0 { th scope="row" class=[class(0)] { (cell) } }
                    @else { td class=[class(k)] { (cell) } }
                } } } }
            }
        }
    }
}

/// Headings of a table.
pub fn owned(headings: &[&str]) -> Vec<String> {
    headings.iter().map(|heading| (*heading).to_owned()).collect()
}

/// A cell, empty if there is no value.
pub fn shown<T>(value: Option<T>, show: impl Fn(T) -> String) -> String {
    value.map_or_else(|| NONE.to_owned(), show)
}

/// A heading, words, and a picture beside its table; nothing without the picture.
pub fn section(
    id: &str,
    title: &str,
    words: &str,
    picture: Option<&Picture>,
    table: &Markup,
) -> Markup {
    html! {
        @if let Some(picture) = picture {
            section id=(id) {
                h2 { (title) }
                p { (words) }
                div.pair {
                    figure { (PreEscaped(picture.inline(&format!("{id}-picture")))) }
                    (table)
                }
            }
        }
    }
}
