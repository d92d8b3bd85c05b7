//! Marks in the shapes of [`Shape`], and labels that keep out of each other's way.

use plotters::coord::Shift;
use plotters::drawing::DrawingArea;
use plotters::element::{Circle, PathElement, Polygon};
use plotters::prelude::{SVGBackend, Text};
use plotters::style::text_anchor::HPos;

use super::ChartError;
use super::canvas::{Ink, LETTERS};
use crate::technique::look::{Look, Shape};

/// What pictures are drawn on.
pub type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Half the width of a mark.
const SIZE: i32 = 8;

/// Draws a mark.
pub fn mark(canvas: &Canvas<'_>, look: Look, (x, y): (i32, i32)) -> Result<(), ChartError> {
    let at = |corners: &[(i32, i32)]| -> Vec<_> {
        corners.iter().map(|(dx, dy)| (x + dx, y + dy)).collect()
    };
    let ink = Ink::series(look.colour);
    let inside = if look.filled { ink } else { Ink::PAPER };
    let corners = match look.shape {
        Shape::Circle => {
            canvas.draw(&Circle::new((x, y), SIZE - 1, inside.fill()))?;
            canvas.draw(&Circle::new((x, y), SIZE - 1, ink.line(3, 0)))?;
            return Ok(());
        }
        Shape::Cross => {
            let arms = [[(-SIZE, -SIZE), (SIZE, SIZE)], [(-SIZE, SIZE), (SIZE, -SIZE)]];
            let line = ink.line(if look.filled { 5 } else { 3 }, 0);
            for arm in arms {
                canvas.draw(&PathElement::new(at(&arm), line))?;
            }
            return Ok(());
        }
        Shape::Triangle => vec![(0, -SIZE - 2), (SIZE + 1, SIZE - 1), (-SIZE - 1, SIZE - 1)],
        Shape::Square => vec![(-SIZE, -SIZE), (SIZE, -SIZE), (SIZE, SIZE), (-SIZE, SIZE)],
        Shape::Diamond => {
            vec![(0, -SIZE - 3), (SIZE + 3, 0), (0, SIZE + 3), (-SIZE - 3, 0)]
        }
    };
    let mut outline = at(&corners);
    canvas.draw(&Polygon::new(outline.clone(), inside.fill()))?;
    outline.extend_from_within(..1);
    canvas.draw(&PathElement::new(outline, ink.line(3, 0)))?;
    Ok(())
}

/// Draws labels, each with the look of a line and the place where that ends, in a column that begins
/// at `left`: as near to the end of its line as the others let it, between `top` and `bottom`.
pub fn labels(
    canvas: &Canvas<'_>,
    mut labels: Vec<(String, Look, (i32, i32))>,
    left: i32,
    (top, bottom): (i32, i32),
) -> Result<(), ChartError> {
    labels.sort_by_key(|(.., end)| end.1);
    let ends: Vec<i32> = labels.iter().map(|(.., end)| end.1).collect();
    let places = spread(&ends, LETTERS + 4, top, bottom);
    for ((text, look, (end_x, end_y)), y) in labels.into_iter().zip(places) {
        let ink = Ink::series(look.colour);
        if (y - end_y).abs() > 3 || left - end_x > 24 {
            let guide = vec![(end_x + SIZE + 3, end_y), (left - 4, y)];
            canvas.draw(&PathElement::new(guide, ink.line(1, 0)))?;
        }
        if look == Look::GUIDE {
            let line = ink.line(3, look.dash);
            canvas.draw(&PathElement::new(vec![(left, y), (left + 22, y)], line))?;
        } else {
            mark(canvas, look, (left + 11, y))?;
        }
        canvas.draw(&Text::new(text, (left + 30, y), Ink::TEXT.letters(HPos::Left)))?;
    }
    Ok(())
}

/// Places for `wanted`, in order, at least `gap` apart and near to what is wanted:
/// neighbours that would overlap share the middle of what they want.
fn spread(wanted: &[i32], gap: i32, top: i32, bottom: i32) -> Vec<i32> {
    // Groups of neighbours: how many, and the sum of where each would have the first.
    let mut groups: Vec<(i32, i64)> = Vec::new();
    let start = |(count, sum): (i32, i64)| {
        let most = bottom - gap * (count - 1);
        ((sum / i64::from(count)) as i32).min(most).max(top)
    };
    for &want in wanted {
        let mut own = (1, i64::from(want));
        while let Some(&last) = groups.last() {
            if start(last) + gap * last.0 <= start(own) {
                break;
            }
            // The new ones sit below the last ones.
            own = (last.0 + own.0, last.1 + own.1 - i64::from(gap * last.0) * i64::from(own.0));
            groups.pop();
        }
        groups.push(own);
    }
    groups.iter().flat_map(|&group| (0..group.0).map(move |k| start(group) + gap * k)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_keep_apart_and_in_order() {
        assert_eq!(spread(&[10, 100], 20, 0, 200), [10, 100]);
        assert_eq!(spread(&[100, 100], 20, 0, 200), [90, 110]);
        assert_eq!(spread(&[100, 100, 110], 20, 0, 200), [83, 103, 123]);
        assert_eq!(spread(&[198, 199], 20, 0, 200), [180, 200]);
        assert_eq!(spread(&[1, 2], 20, 0, 200), [0, 20]);
        let many: Vec<i32> = (0..30).map(|k| 50 + k * k % 7).collect();
        let places = spread(&many, 20, 0, 600);
        assert!(places.windows(2).all(|pair| pair[1] - pair[0] >= 20), "{places:?}");
        assert!(places[0] >= 0 && places[29] <= 600, "{places:?}");
    }
}
