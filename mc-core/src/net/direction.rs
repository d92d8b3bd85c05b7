//! Direction numbers: where the coordinates of Sobol' points come from.
//!
//! Coordinate j has a primitive polynomial over GF(2) of degree s,
//! xˢ + a₁xˢ⁻¹ + … + aₛ₋₁x + 1, and s odd numbers mᵢ < 2ⁱ. Its direction numbers are the binary
//! fractions v₁, v₂, …: vᵢ = mᵢ/2ⁱ for i ≤ s, and then
//! vᵢ = a₁vᵢ₋₁ ⊕ … ⊕ aₛ₋₁vᵢ₋ₛ₊₁ ⊕ vᵢ₋ₛ ⊕ vᵢ₋ₛ/2ˢ
//! (I. M. Sobol', *USSR Computational Mathematics and Mathematical Physics* 7, 1967; P. Bratley & B. L.
//! Fox, *ACM TOMS* 14, 1988). The first coordinate is the sequence of van der Corput: vᵢ = 2⁻ⁱ.
//!
//! The mᵢ are those of S. Joe & F. Y. Kuo (*SIAM J. Sci. Comput.* 30, 2008; their criterion D⁽⁶⁾), chosen so
//! that pairs of coordinates are well spread too. `data/NOTICE` has their licence, `data/pack.py` says
//! how they are packed.
#![allow(
    clippy::indexing_slicing,
    reason = "digits are below 52, and indices of a polynomial below its degree, which is at most 18"
)]

/// The binary digits of a coordinate: those of a double in [1, 2).
pub const BITS: usize = 52;

/// The coordinates for which there are direction numbers.
pub const MAX_DIMS: usize = 21_201;

static DATA: &[u8] = include_bytes!("../../data/joe-kuo-6.21201.bin");

/// How many primitive polynomials there are of degree 1, 2, …, 18: φ(2ˢ − 1)/s. All of them are
/// used, in the order of their coefficients.
const POLYNOMIALS: [usize; 18] =
    [1, 1, 2, 2, 6, 6, 18, 16, 48, 60, 176, 144, 630, 756, 1800, 2048, 7710, 7776];

/// Why there is no such net.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetError {
    /// None, or more coordinates than there are direction numbers for.
    #[error(
        "Sobol' points have 1 to {MAX_DIMS} coordinates, as many as there are direction numbers for, \
         and not {dims}"
    )]
    Dims {
        /// How many were asked for.
        dims: usize,
    },
}

/// The direction numbers of a coordinate: v₁, v₂, … as words of 52 bits, 2⁻¹ being the highest bit.
pub type Directions = [u64; BITS];

/// The direction numbers of the first `dims` coordinates.
///
/// # Errors
///
/// [`NetError::Dims`] for no coordinates, or for more than [`MAX_DIMS`].
pub fn directions(dims: usize) -> Result<Vec<Directions>, NetError> {
    if !(1..=MAX_DIMS).contains(&dims) {
        return Err(NetError::Dims { dims });
    }
    let polynomials = polynomials().take(dims - 1).map(|polynomial| polynomial.directions());
    Ok(std::iter::once(VAN_DER_CORPUT).chain(polynomials).collect())
}

const VAN_DER_CORPUT: Directions = {
    let mut v = [0; BITS];
    let mut i = 0;
    while i < BITS {
        v[i] = 1 << (BITS - 1 - i);
        i += 1;
    }
    v
};

/// What a coordinate but the first is made from.
struct Polynomial {
    degree: usize,
    /// a₁ … aₛ₋₁, a₁ being the highest bit.
    coefficients: u64,
    /// m₁ … mₛ, and zeros.
    m: [u64; POLYNOMIALS.len()],
}

/// Those of all coordinates but the first, in order.
fn polynomials() -> impl Iterator<Item = Polynomial> {
    let mut bits = Bits { bytes: DATA, place: 0 };
    let degrees =
        (1..).zip(POLYNOMIALS).flat_map(|(degree, count)| (0..count).map(move |_| degree));
    degrees.map(move |degree| {
        let coefficients = bits.take(degree - 1);
        let mut m = [0; POLYNOMIALS.len()];
        for (i, m) in m.iter_mut().enumerate().take(degree) {
            *m = bits.take(i) << 1 | 1;
        }
        Polynomial { degree, coefficients, m }
    })
}

impl Polynomial {
    fn directions(&self) -> Directions {
        let s = self.degree;
        let mut v = [0; BITS];
        for i in 0..BITS {
            v[i] = if i < s {
                self.m[i] << (BITS - 1 - i)
            } else {
                let first = v[i - s] ^ (v[i - s] >> s);
                let with = |k: usize| self.coefficients >> (s - 1 - k) & 1 == 1;
                (1..s).filter(|k| with(*k)).fold(first, |sum, k| sum ^ v[i - k])
            };
        }
        v
    }
}

/// Reads numbers of few bits that follow each other without gaps.
struct Bits<'b> {
    bytes: &'b [u8],
    place: usize,
}

impl Bits<'_> {
    /// The next `count` bits, the highest first; zeros where nothing is left.
    fn take(&mut self, count: usize) -> u64 {
        let places = self.place..self.place + count;
        self.place = places.end;
        places.fold(0, |number, place| {
            let byte = self.bytes.get(place / 8).copied().unwrap_or(0);
            number << 1 | u64::from(byte >> (7 - place % 8) & 1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first lines of their file: d, s, a, mᵢ.
    #[test]
    fn the_numbers_are_those_of_joe_and_kuo() {
        let known: [(usize, u64, &[u64]); 9] = [
            (1, 0, &[1]),
            (2, 1, &[1, 3]),
            (3, 1, &[1, 3, 1]),
            (3, 2, &[1, 1, 1]),
            (4, 1, &[1, 1, 3, 3]),
            (4, 4, &[1, 3, 5, 13]),
            (5, 2, &[1, 1, 5, 5, 17]),
            (5, 4, &[1, 1, 5, 5, 5]),
            (5, 7, &[1, 1, 7, 11, 19]),
        ];
        for ((degree, coefficients, m), own) in known.into_iter().zip(polynomials()) {
            assert_eq!((own.degree, own.coefficients), (degree, coefficients));
            assert_eq!(&own.m[..degree], m);
        }
        let Some(last) = polynomials().last() else { panic!("there are some") };
        let m = [
            1, 1, 7, 11, 15, 7, 37, 239, 337, 245, 1557, 3681, 7357, 9639, 27367, 26869, 114603,
            86317,
        ];
        assert_eq!((last.degree, last.coefficients, last.m), (18, 131_059, m));
    }

    /// Their polynomials are all primitive ones in order: what is read is in step with what was written,
    /// up to the last bit.
    #[test]
    fn all_primitive_polynomials_are_there() {
        let mut own = polynomials();
        for degree in 1..=12 {
            for coefficients in 0..1 << (degree - 1) {
                let polynomial = 1 << degree | coefficients << 1 | 1;
                if is_primitive(polynomial, degree) {
                    let Some(own) = own.next() else { panic!("one is missing") };
                    assert_eq!((own.degree, own.coefficients), (degree, coefficients));
                }
            }
        }
        let all: Vec<_> = polynomials().collect();
        assert_eq!(all.len(), MAX_DIMS - 1);
        assert!(all.is_sorted_by_key(|one| (one.degree, one.coefficients)));
        assert!(
            all.iter()
                .all(|one| is_primitive(1 << one.degree | one.coefficients << 1 | 1, one.degree))
        );
        let bits: usize = all.iter().map(|one| (one.degree - 1) * (one.degree + 2) / 2).sum();
        assert_eq!(bits.div_ceil(8), DATA.len());
    }

    /// Whether x has the order 2ˢ − 1 modulo this polynomial.
    fn is_primitive(polynomial: u64, degree: usize) -> bool {
        let product = |a: u64, b: u64| {
            (0..degree).rev().fold(0, |sum: u64, k| {
                let twice = sum << 1;
                let twice = if twice >> degree == 1 { twice ^ polynomial } else { twice };
                if b >> k & 1 == 1 { twice ^ a } else { twice }
            })
        };
        let power = |exponent: u64| {
            let x = if degree == 1 { 1 } else { 2 };
            (0..=degree).rev().fold(1, |power, k| {
                let square = product(power, power);
                if exponent >> k & 1 == 1 { product(square, x) } else { square }
            })
        };
        let order = (1 << degree) - 1;
        let prime = |p: &u64| (2..*p).take_while(|q| q * q <= *p).all(|q| !p.is_multiple_of(q));
        let mut factors = (2..=order).take_while(|p| p * p <= order).flat_map(|p| [p, order / p]);
        let full = power(order) == 1;
        full && factors.all(|p| !order.is_multiple_of(p) || !prime(&p) || power(order / p) != 1)
    }

    #[test]
    fn a_wrong_number_of_coordinates_is_named() {
        for dims in [0, MAX_DIMS + 1, usize::MAX] {
            let message = directions(dims).unwrap_err().to_string();
            assert!(message.contains(&dims.to_string()) && message.contains("21201"), "{message}");
        }
        assert_eq!(directions(MAX_DIMS).unwrap().len(), MAX_DIMS);
    }
}
