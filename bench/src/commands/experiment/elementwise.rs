//! The lecture's "simple example" on a GPU: the product of two arrays in f32, on
//! the host and on a device, with what travelling costs.

use std::time::{Duration, Instant};

use mc_opencl::{OclProduct, OpenClError, Parts, Product};
use ndarray::ArrayView1;

use super::Outcome;
use crate::measure::{Way, interleaved};
use crate::process::Failure;
use crate::results::Experiment;

/// The lecture's sizes.
const SIZES: [u64; 4] = [512_000, 5_120_000, 51_200_000, 102_400_000];

/// How long the measurements of one size may take.
const BUDGET: Duration = Duration::from_secs(3);

/// A way to the product of two arrays, which gives what its parts took. It must give
/// [`expected`] at every place: all of it is looked at once, a few places ever after, since
/// checking must not take longer than what is measured.
fn checked<'w>(
    name: &str,
    mut multiply: impl FnMut(&mut dyn FnMut(&[f32])) -> Result<Parts, OpenClError> + 'w,
) -> Way<'w, Vec<Parts>> {
    let mut runs: Vec<Parts> = Vec::new();
    Way::new(name, move || {
        let step = if runs.is_empty() { 1 } else { 65_537 };
        let mut right = false;
        let parts = multiply(&mut |c| {
            right = c.iter().enumerate().step_by(step).all(|(k, c)| *c == expected(k));
        });
        runs.push(parts.map_err(|error| error.to_string())?);
        right
            .then(|| runs.clone())
            .ok_or_else(|| "the product is wrong: this is a defect".to_owned())
    })
}

fn factors(k: usize) -> (f32, f32) {
    ((k % 1024) as f32 * 0.25, (k % 1000) as f32 + 0.5)
}

fn expected(k: usize) -> f32 {
    let (a, b) = factors(k);
    a * b
}

/// Runs the experiment, with so many elements, or the lecture's numbers of them.
pub fn run(sizes: &[u64], device: Option<&str>) -> Outcome {
    let through_ocl = OclProduct::prepare(device)?;
    let product = Product::prepare(device)?;
    let device = product.device();
    let shares =
        if device.shares_memory { "shares the host's memory" } else { "has memory of its own" };
    let mut found = Experiment::new(
        "elementwise",
        format!(
            "Products of two arrays in f32; {} ({}, driver {}), which {shares}",
            device.name, device.platform, device.driver
        ),
        &[
            ("way", "way"),
            ("elements", "elements"),
            ("total_seconds", "all"),
            ("allocate_seconds", "allocate"),
            ("write_seconds", "write"),
            ("kernel_seconds", "multiply"),
            ("read_seconds", "read"),
            ("times_host", "× host"),
            ("precision", "precision"),
        ],
    );
    for &size in if sizes.is_empty() { &SIZES[..] } else { sizes } {
        one_size(&through_ocl, &product, size, &mut found)?;
    }
    found.notes.extend([
        "ocl: allocate, write both factors, multiply, read the product, with the objects of the crate ocl.",
        "copied: the same with calls of our own: allocate, write both factors, multiply, read the product, as the lecture's function does.",
        "shared: the factors were made in memory that the device allocated for both; room was made before and is not in all.",
        "all and allocate are by the host's clock, write, multiply and read by the device's (ocl: by the host's); medians of interleaved runs.",
    ].map(str::to_owned));
    Ok(found)
}

/// The ways at one size. A size that does not fit the device has the host's row, and a word.
fn one_size(
    through_ocl: &OclProduct,
    product: &Product,
    size: u64,
    found: &mut Experiment,
) -> Result<(), Failure> {
    let len = usize::try_from(size)
        .map_err(|_| Failure::Request(format!("--samples: {size} elements are too many")))?;
    let (a, b): (Vec<f32>, Vec<f32>) = (0..len).map(factors).unzip();
    let (a, b) = (&a, &b);
    let mut ways = vec![checked("host, ndarray", |check| {
        let (a, b) = (ArrayView1::from(a), ArrayView1::from(b));
        let clock = Instant::now();
        let c = &a * &b;
        let total = clock.elapsed().as_secs_f64();
        check(c.as_slice().unwrap_or_default());
        Ok(Parts { total, ..Parts::default() })
    })];
    let mut c = vec![0.0; len];
    ways.push(checked("ocl", move |check| {
        let parts = through_ocl.multiply(a, b, &mut c)?;
        check(&c);
        Ok(parts)
    }));
    let mut c = vec![0.0; len];
    ways.push(checked("copied", move |check| {
        let parts = product.multiply(a, b, &mut c)?;
        check(&c);
        Ok(parts)
    }));
    match product.shared(len).and_then(|mut shared| shared.fill(factors).map(|()| shared)) {
        Ok(mut shared) => ways.push(checked("shared", move |check| shared.multiply(check))),
        Err(error) => found.notes.push(format!("shared, {size} elements: {error}")),
    }
    let outcomes = interleaved(&mut ways, BUDGET, |_| {});
    let mut host = None;
    for (Way { name, last, .. }, outcome) in ways.into_iter().zip(outcomes) {
        if let Err(error) = outcome {
            found.notes.push(format!("{name}, {size} elements: {error}"));
            continue;
        }
        // The first run warms up.
        let runs = last.unwrap_or_default();
        let measured = &runs[1.min(runs.len())..];
        let median = |part: fn(&Parts) -> f64| {
            let mut times: Vec<_> = measured.iter().map(part).collect();
            times.sort_by(f64::total_cmp);
            times.get(times.len() / 2).copied()
        };
        let of_device = |part| median(part).filter(|_| !name.starts_with("host"));
        let total = median(|parts| parts.total);
        host = host.or(total);
        found.rows.push(vec![
            name.clone().into(),
            size.into(),
            total.into(),
            of_device(|parts| parts.allocate).into(),
            of_device(|parts| parts.write).into(),
            of_device(|parts| parts.kernel).into(),
            of_device(|parts| parts.read).into(),
            host.zip(total).map(|(host, own)| host / own).into(),
            "f32".into(),
        ]);
    }
    Ok(())
}
