//! What a name means.

use super::Resolver;
use crate::expr::error::{ParseError, Span};
use crate::expr::functions::is_function;
use crate::expr::hints;
use crate::expr::tree::Row;

pub(super) enum Name {
    Number(f64),
    Coord(usize),
    Vector(Row, usize),
    Position(usize),
}

impl Resolver<'_> {
    pub(super) fn name(&self, name: &str, span: Span) -> Result<Name, ParseError> {
        match name {
            "pi" => return Ok(Name::Number(std::f64::consts::PI)),
            "e" => return Ok(Name::Number(std::f64::consts::E)),
            _ => {}
        }
        let coordinate = name.strip_prefix('x').filter(|k| k.bytes().all(|b| b.is_ascii_digit()));
        let known = matches!(name, "n" | "volume" | "lo" | "hi" | "i") || coordinate.is_some();
        let support = match self.support {
            Some(support) if known => support,
            None if known => {
                return Err(self.error(span, format!("`{name}` has no meaning in a constant: numbers, pi, e and functions of them have")));
            }
            _ if is_function(name) => {
                return Err(self.error(span, format!("`{name}` is a function: write {name}(…)")));
            }
            _ => {
                let hint = hints::name(name, self.support.is_none());
                return Err(self.error(span, format!("unknown name `{name}`: {hint}")));
            }
        };
        let dims = support.dims();
        Ok(match name {
            "n" => Name::Number(dims as f64),
            "volume" => Name::Number(support.volume()),
            "lo" => Name::Vector(Row::Constants(support.lo()), dims),
            "hi" => Name::Vector(Row::Constants(support.hi()), dims),
            "i" => Name::Position(dims),
            "x" => Name::Vector(Row::Point, dims),
            _ => {
                let index = coordinate.and_then(|k| k.parse::<u64>().ok());
                Name::Coord(self.in_range(index.map(|k| k as f64), dims, span)?)
            }
        })
    }
}
