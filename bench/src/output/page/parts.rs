//! What the sections of the page are made of: pictures in their place, and tables.

use crate::output::chart::{ChartError, Picture};
use crate::output::columns::Column;
use maud::{Markup, PreEscaped, html};

/// A picture; none where the document lacks what it needs.
pub type Figure = Result<Option<Picture>, ChartError>;

/// A table, whose first cells name the rows. The caption is shown.
pub fn table(caption: &str, columns: &[Column]) -> Markup {
    headed(caption, true, columns)
}

/// A table whose caption is shown only on request: a heading above it may say the same.
pub fn headed(caption: &str, shown: bool, columns: &[Column]) -> Markup {
    let class = |column: &Column| column.words.then_some("words");
    let lines = columns.first().map_or(0, |column| column.cells.len());
    html! {
        div.wide tabindex="0" role="region" aria-label=(caption) {
            table {
                @if shown { caption { (caption) } }
                thead { tr { @for column in columns {
                    th scope="col" class=[class(column)] { (column.heading) }
                } } }
                tbody { @for line in 0..lines { tr { @for (k, column) in columns.iter().enumerate() {
                    @if k == 0 { th scope="row" class=[class(column)] { (column.cells[line]) } }
                    @else { td class=[class(column)] { (column.cells[line]) } }
                } } } }
            }
        }
    }
}

/// A heading, words, and what is below them; nothing unless it is `shown`.
pub fn section(shown: bool, id: &str, title: &str, words: &str, body: &Markup) -> Markup {
    html! {
        @if shown {
            section id=(id) {
                h2 { (title) }
                p { (words) }
                (body)
            }
        }
    }
}

/// A picture; nothing where there is none.
pub fn figure(id: &str, picture: Option<&Picture>) -> Markup {
    html! {
        @if let Some(picture) = picture {
            figure { (PreEscaped(picture.inline(&format!("{id}-picture")))) }
        }
    }
}

/// A section of pictures, each with the name of its element, and their table: beside one picture,
/// below several. Nothing where there is no picture.
pub fn pictured(
    id: &str,
    title: &str,
    words: &str,
    pictures: &[(&str, Option<Picture>)],
    table: &Markup,
) -> Markup {
    let (shown, alone) =
        (pictures.iter().any(|(_, picture)| picture.is_some()), pictures.len() == 1);
    let body = html! {
        div.pair {
            @for (id, picture) in pictures { (figure(id, picture.as_ref())) }
            @if alone { (table) }
        }
        @if !alone { (table) }
    };
    section(shown, id, title, words, &body)
}
