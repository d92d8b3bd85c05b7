//! Names, shapes and lengths: from the written tree to one that can be walked.

use std::cell::RefCell;
use std::collections::HashMap;

use super::ast::{Ast, Comparison, Kind};
use super::error::{ParseError, Span};
use super::formula::{Element, ElementLeaf, Reduce, Reduction, Row, Scalar, ScalarLeaf, Tree};
use super::functions::{Function1, Function2, is_function, known_names};
use crate::support::Support;
use crate::tape::Binary;

pub(super) fn scalar(
    text: &str,
    ast: &Ast,
    support: Option<&Support>,
) -> Result<Scalar, ParseError> {
    let resolver =
        Resolver { text, support, shapes: RefCell::default(), constants: RefCell::default() };
    match resolver.shape(ast)? {
        Shape::Scalar => resolver.number(ast),
        // In one dimension x is as good as x0.
        Shape::Vector(1) => resolver.only_element(ast),
        Shape::Vector(len) => Err(resolver.error(
            ast.span,
            format!("this is a vector of length {len}: sum, prod, dot, norm, min or max make a number of it"),
        )),
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Shape {
    Scalar,
    Vector(usize),
}

struct Resolver<'t> {
    text: &'t str,
    support: Option<&'t Support>,
    // What is known of the nodes of the tree: without it, nested powers and
    // dots would be looked at twice a level, 2ⁿ times in all.
    shapes: RefCell<HashMap<*const Ast, Shape>>,
    constants: RefCell<HashMap<*const Ast, Option<f64>>>,
}

/// The vector being reduced: what its elements share and read.
#[derive(Default)]
struct Loop {
    shared: Vec<Scalar>,
    rows: Vec<Row>,
}

enum Name {
    Number(f64),
    Coord(usize),
    Vector(Row, usize),
    Position(usize),
}

impl Resolver<'_> {
    fn error(&self, span: Span, message: impl Into<String>) -> ParseError {
        ParseError::new(self.text, span, message)
    }

    fn written(&self, span: Span) -> &str {
        &self.text[span.start..span.end]
    }

    fn name(&self, name: &str, span: Span) -> Result<Name, ParseError> {
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
            _ => return Err(self.error(span, format!("unknown name `{name}`: {}", known_names()))),
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

    /// Checks an index against the length of its vector.
    fn in_range(&self, index: Option<f64>, len: usize, span: Span) -> Result<usize, ParseError> {
        match index {
            Some(k) if k >= 0.0 && k < len as f64 && k.fract() == 0.0 => Ok(k as usize),
            _ => {
                let (written, last) = (self.written(span), len - 1);
                let message = match index {
                    Some(k) if k.fract() != 0.0 => {
                        format!(
                            "`{written}` is no index: indices are whole numbers from 0 to {last}"
                        )
                    }
                    _ => format!("`{written}` is out of range: indices go from 0 to {last}"),
                };
                Err(self.error(span, message))
            }
        }
    }

    /// The shape of an expression; also where unknown names, wrong numbers of
    /// arguments and lengths that do not agree are found.
    fn shape(&self, ast: &Ast) -> Result<Shape, ParseError> {
        if let Some(shape) = self.shapes.borrow().get(&std::ptr::from_ref(ast)) {
            return Ok(*shape);
        }
        let shape = self.find_shape(ast)?;
        self.shapes.borrow_mut().insert(ast, shape);
        Ok(shape)
    }

    fn find_shape(&self, ast: &Ast) -> Result<Shape, ParseError> {
        match &ast.kind {
            Kind::Number(_) => Ok(Shape::Scalar),
            Kind::Name(name) => Ok(match self.name(name, ast.span)? {
                Name::Number(_) | Name::Coord(_) => Shape::Scalar,
                Name::Vector(_, len) | Name::Position(len) => Shape::Vector(len),
            }),
            Kind::List(entries) => {
                if entries.is_empty() {
                    return Err(self.error(ast.span, "a vector needs at least one entry"));
                }
                for entry in entries {
                    if self.shape(entry)? != Shape::Scalar {
                        return Err(self.error(entry.span, "an entry of a vector must be a number"));
                    }
                }
                Ok(Shape::Vector(entries.len()))
            }
            Kind::Index(base, index) => {
                let Shape::Vector(len) = self.shape(base)? else {
                    return Err(self.error(base.span, "this is a number and has no entries"));
                };
                self.index(index, len)?;
                Ok(Shape::Scalar)
            }
            Kind::Neg(a) => self.shape(a),
            Kind::Power(a, k) => self.common([&**a, &**k]),
            Kind::Compare(_, a, b) => self.common([&**a, &**b]),
            Kind::Chain(first, rest) => {
                self.common(std::iter::once(&**first).chain(rest.iter().map(|(_, ast)| ast)))
            }
            Kind::Call(name, arguments) => self.call_shape(name, arguments, ast.span),
        }
    }

    fn call_shape(&self, name: &str, arguments: &[Ast], span: Span) -> Result<Shape, ParseError> {
        let count = |allowed: &[usize], what: &str| {
            if allowed.contains(&arguments.len()) {
                Ok(())
            } else {
                Err(self.error(span, format!("{name} takes {what}, not {}", arguments.len())))
            }
        };
        match name {
            _ if Function1::named(name).is_some() => {
                count(&[1], "one argument")?;
                self.shape(&arguments[0])
            }
            "if" => {
                count(&[3], "three arguments: if(condition, then, otherwise)")?;
                self.common(arguments)
            }
            "sum" | "prod" | "norm" => {
                count(&[1], "one vector")?;
                self.vector(&arguments[0])
            }
            "dot" => {
                count(&[2], "two vectors")?;
                self.vector(&arguments[0])?;
                self.vector(&arguments[1])?;
                self.common(arguments)?;
                Ok(Shape::Scalar)
            }
            "min" | "max" => {
                count(&[1, 2], "one vector or two numbers")?;
                match arguments {
                    [vector] => self.vector(vector),
                    both => self.common(both),
                }
            }
            _ if Function2::named(name).is_some() => {
                count(&[2], "two arguments")?;
                self.common(arguments)
            }
            _ if self.name(name, span).is_ok() => Err(self.error(
                span,
                format!(
                    "`{name}` is no function: write `{name}` alone, or a `*` before the bracket"
                ),
            )),
            _ => Err(self.error(span, format!("unknown function `{name}`: {}", known_names()))),
        }
    }

    /// A reduction's argument must be a vector; its value is a number.
    fn vector(&self, ast: &Ast) -> Result<Shape, ParseError> {
        match self.shape(ast)? {
            Shape::Vector(_) => Ok(Shape::Scalar),
            Shape::Scalar => Err(self.error(
                ast.span,
                format!(
                    "`{}` is a number where a vector such as x was expected",
                    self.written(ast.span)
                ),
            )),
        }
    }

    fn common<'a>(&self, parts: impl IntoIterator<Item = &'a Ast>) -> Result<Shape, ParseError> {
        let mut common = Shape::Scalar;
        for part in parts {
            match (common, self.shape(part)?) {
                (_, Shape::Scalar) => {}
                (Shape::Vector(a), Shape::Vector(b)) if a != b => {
                    return Err(self.error(
                        part.span,
                        format!("a vector of length {b} meets one of length {a}"),
                    ));
                }
                (_, shape) => common = shape,
            }
        }
        Ok(common)
    }

    fn index(&self, ast: &Ast, len: usize) -> Result<usize, ParseError> {
        let value = self.constant(ast, "an index")?;
        self.in_range(Some(value), len, ast.span)
    }

    fn constant(&self, ast: &Ast, what: &str) -> Result<f64, ParseError> {
        if self.shape(ast)? != Shape::Scalar {
            return Err(self.error(ast.span, format!("{what} must be a number")));
        }
        self.as_constant(ast)?
            .ok_or_else(|| self.error(ast.span, format!("{what} must be a constant")))
    }

    /// The value of an expression that is a number and reads no coordinate.
    fn as_constant(&self, ast: &Ast) -> Result<Option<f64>, ParseError> {
        if let Some(c) = self.constants.borrow().get(&std::ptr::from_ref(ast)) {
            return Ok(*c);
        }
        let c = match self.shape(ast)? {
            Shape::Scalar => self.number(ast)?.as_constant(),
            Shape::Vector(_) => None,
        };
        self.constants.borrow_mut().insert(ast, c);
        Ok(c)
    }

    fn exponent(&self, ast: &Ast) -> Result<Exponent, ParseError> {
        /// Up to here repeated squaring is what one would write by hand.
        const LARGEST_WHOLE: f64 = 32.0;
        Ok(match self.as_constant(ast)? {
            Some(0.5) => Exponent::Half,
            Some(k) if k.fract() == 0.0 && k.abs() <= LARGEST_WHOLE => Exponent::Whole(k as i32),
            _ => Exponent::Any,
        })
    }

    /// An expression whose shape is known to be a number.
    fn number(&self, ast: &Ast) -> Result<Scalar, ParseError> {
        match &ast.kind {
            Kind::Number(c) => Ok(Tree::Leaf(ScalarLeaf::Number(*c))),
            Kind::Name(name) => match self.name(name, ast.span)? {
                Name::Number(c) => Ok(Tree::Leaf(ScalarLeaf::Number(c))),
                Name::Coord(k) => Ok(Tree::Leaf(ScalarLeaf::Coord(k))),
                _ => Err(self.error(ast.span, "a vector where a number was expected")),
            },
            Kind::Index(base, index) => {
                let Shape::Vector(len) = self.shape(base)? else {
                    return Err(self.error(base.span, "this is a number and has no entries"));
                };
                let k = self.index(index, len)?;
                self.entry(base, k)
            }
            Kind::List(_) => Err(self.error(ast.span, "a vector where a number was expected")),
            Kind::Call(name, arguments) => {
                let reduction = match (name.as_str(), arguments.len()) {
                    ("sum", _) => Some(Reduction::Sum),
                    ("prod", _) => Some(Reduction::Product),
                    ("dot" | "norm", _) => Some(Reduction::Dot),
                    ("min", 1) => Some(Reduction::Minimum),
                    ("max", 1) => Some(Reduction::Maximum),
                    _ => None,
                };
                let Some(kind) = reduction else {
                    return self.operator(ast, &mut |part| self.number(part));
                };
                let reduced = self.reduce(kind, arguments)?;
                Ok(match name.as_str() {
                    "norm" => Tree::Function1(Function1::Sqrt, reduced.into()),
                    _ => reduced,
                })
            }
            // norm(v)^2 needs no square root.
            Kind::Power(base, exponent)
                if matches!(self.exponent(exponent)?, Exponent::Whole(2)) =>
            {
                match &base.kind {
                    Kind::Call(name, arguments) if name == "norm" => {
                        self.reduce(Reduction::Dot, arguments)
                    }
                    _ => self.operator(ast, &mut |part| self.number(part)),
                }
            }
            _ => self.operator(ast, &mut |part| self.number(part)),
        }
    }

    fn reduce(&self, kind: Reduction, arguments: &[Ast]) -> Result<Scalar, ParseError> {
        let Shape::Vector(len) = self.shape(&arguments[0])? else {
            return Err(self.error(arguments[0].span, "a number where a vector was expected"));
        };
        let mut each = Loop::default();
        let element = self.element(&arguments[0], &mut each)?;
        let other = arguments.get(1).map(|other| self.element(other, &mut each)).transpose()?;
        let Loop { shared, rows } = each;
        let reduce = Reduce { kind, len, shared, rows, element, other };
        Ok(Tree::Leaf(ScalarLeaf::Reduce(Box::new(reduce))))
    }

    /// One element of a vector; numbers in it are shared by all elements.
    fn element(&self, ast: &Ast, each: &mut Loop) -> Result<Element, ParseError> {
        if self.shape(ast)? == Shape::Scalar {
            each.shared.push(self.number(ast)?);
            return Ok(Tree::Leaf(ElementLeaf::Shared(each.shared.len() - 1)));
        }
        let row = match &ast.kind {
            Kind::Name(name) => match self.name(name, ast.span)? {
                Name::Vector(row, _) => row,
                Name::Position(_) => return Ok(Tree::Leaf(ElementLeaf::Position)),
                _ => return Err(self.error(ast.span, "a number where a vector was expected")),
            },
            Kind::List(entries) => {
                let entries = entries
                    .iter()
                    .map(|entry| self.number(entry))
                    .collect::<Result<Vec<_>, _>>()?;
                match entries.iter().map(Scalar::as_constant).collect() {
                    Some(constants) => Row::Constants(constants),
                    None => Row::Entries(entries),
                }
            }
            _ => return self.operator(ast, &mut |part| self.element(part, each)),
        };
        each.rows.push(row);
        Ok(Tree::Leaf(ElementLeaf::Row(each.rows.len() - 1)))
    }

    /// Entry `k` of a vector, as a number.
    fn entry(&self, ast: &Ast, k: usize) -> Result<Scalar, ParseError> {
        if self.shape(ast)? == Shape::Scalar {
            return self.number(ast);
        }
        match &ast.kind {
            Kind::Name(name) => Ok(Tree::Leaf(match self.name(name, ast.span)? {
                Name::Vector(Row::Constants(row), _) => ScalarLeaf::Number(row[k]),
                Name::Position(_) => ScalarLeaf::Number(k as f64),
                _ => ScalarLeaf::Coord(k),
            })),
            Kind::List(entries) => self.number(&entries[k]),
            _ => self.operator(ast, &mut |part| self.entry(part, k)),
        }
    }

    fn only_element(&self, ast: &Ast) -> Result<Scalar, ParseError> {
        self.entry(ast, 0)
    }

    /// An operator or elementwise function, its operands resolved by `part`.
    fn operator<L: Clone>(
        &self,
        ast: &Ast,
        part: &mut dyn FnMut(&Ast) -> Result<Tree<L>, ParseError>,
    ) -> Result<Tree<L>, ParseError> {
        match &ast.kind {
            Kind::Neg(a) => Ok(Tree::Neg(part(a)?.into())),
            Kind::Chain(first, rest) => {
                let first = part(first)?;
                let rest = rest.iter().map(|(op, ast)| Ok((*op, part(ast)?)));
                Ok(Tree::Chain(first.into(), rest.collect::<Result<_, _>>()?))
            }
            Kind::Power(base, exponent) => Ok(match self.exponent(exponent)? {
                Exponent::Half => Tree::Function1(Function1::Sqrt, part(base)?.into()),
                Exponent::Whole(k) => Tree::Power(part(base)?.into(), k),
                Exponent::Any => {
                    Tree::Function2(Function2::Pow, Box::new([part(base)?, part(exponent)?]))
                }
            }),
            Kind::Compare(comparison, a, b) => {
                let (a, b) = (part(a)?, part(b)?);
                let (op, a, b) = match comparison {
                    Comparison::Less => (Binary::Less, a, b),
                    Comparison::LessEqual => (Binary::LessEqual, a, b),
                    Comparison::Greater => (Binary::Less, b, a),
                    Comparison::GreaterEqual => (Binary::LessEqual, b, a),
                    Comparison::Equal => (Binary::Equal, a, b),
                    Comparison::NotEqual => (Binary::NotEqual, a, b),
                };
                Ok(Tree::Chain(a.into(), vec![(op, b)]))
            }
            Kind::Call(name, arguments) => {
                let function1 = Function1::named(name);
                let function2 = Function2::named(name);
                match (arguments.as_slice(), function1, function2) {
                    ([a], Some(function), _) => Ok(Tree::Function1(function, part(a)?.into())),
                    ([a, b], _, Some(function)) => {
                        Ok(Tree::Function2(function, Box::new([part(a)?, part(b)?])))
                    }
                    ([c, a, b], ..) => Ok(Tree::If(Box::new([part(c)?, part(a)?, part(b)?]))),
                    // The shape has been checked, so this is not reached.
                    _ => Err(self.error(ast.span, format!("`{name}` is not a function of these"))),
                }
            }
            _ => Err(self.error(ast.span, "not an operator")),
        }
    }
}

enum Exponent {
    Whole(i32),
    Half,
    Any,
}

impl Scalar {
    /// Its value, if it reads no coordinate.
    fn as_constant(&self) -> Option<f64> {
        fn reads_point(tree: &Scalar) -> bool {
            match tree {
                Tree::Leaf(ScalarLeaf::Number(_)) => false,
                Tree::Leaf(ScalarLeaf::Coord(_)) => true,
                Tree::Leaf(ScalarLeaf::Reduce(reduce)) => {
                    reduce.shared.iter().any(reads_point)
                        || reduce.rows.iter().any(|row| match row {
                            Row::Point => true,
                            Row::Constants(_) => false,
                            Row::Entries(entries) => entries.iter().any(reads_point),
                        })
                }
                Tree::Neg(a) | Tree::Function1(_, a) | Tree::Power(a, _) => reads_point(a),
                Tree::Chain(first, rest) => {
                    reads_point(first) || rest.iter().any(|(_, tree)| reads_point(tree))
                }
                Tree::If(parts) => parts.iter().any(reads_point),
                Tree::Function2(_, parts) => parts.iter().any(reads_point),
            }
        }
        (!reads_point(self)).then(|| super::formula::scalar(self, &[]))
    }
}
