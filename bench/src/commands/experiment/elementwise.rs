//! The lecture's "simple example" on a GPU: the product of two arrays in f32, on
//! the host and on a device, with what travelling costs.

use crate::process::Failure;

use crate::output::experiment::Report;

/// The lecture's sizes.
#[cfg(feature = "opencl")]
const SIZES: [u64; 4] = [512_000, 5_120_000, 51_200_000, 102_400_000];

#[cfg(not(feature = "opencl"))]
/// It cannot be made here.
pub fn run(_: &[u64], _: Option<&str>) -> Result<Report, Failure> {
    let reason = crate::technique::name::KernelName::OpenCl.missing().unwrap_or_default();
    Err(Failure::Run(format!("experiment elementwise needs OpenCL: {reason}")))
}

#[cfg(feature = "opencl")]
pub use device::run;

#[cfg(feature = "opencl")]
mod device {
    use std::time::{Duration, Instant};

    use mc_opencl::{OclProduct, Parts, Product};
    use ndarray::Array1;

    use super::{Failure, Report, SIZES};
    use crate::measure::{Way, interleaved};
    use crate::output::experiment::Cell;

    /// How long the measurements of one size may take.
    const BUDGET: Duration = Duration::from_secs(3);

    /// A way to the product of two arrays, which gives what its parts took. It must give
    /// [`expected`] at every place: all of it is looked at once, a few places ever after, since
    /// checking must not take longer than what is measured.
    fn checked<'w>(
        name: &str,
        mut multiply: impl FnMut(&mut dyn FnMut(&[f32])) -> Result<Parts, String> + 'w,
    ) -> Way<'w, Vec<Parts>> {
        let mut runs: Vec<Parts> = Vec::new();
        Way::new(name, move || {
            let step = if runs.is_empty() { 1 } else { 65_537 };
            let mut right = false;
            let parts = multiply(&mut |c| {
                right = c.iter().enumerate().step_by(step).all(|(k, c)| *c == expected(k));
            })?;
            runs.push(parts);
            if right {
                Ok(runs.clone())
            } else {
                Err("the product is wrong: this is a defect".to_owned())
            }
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
    pub fn run(sizes: &[u64], device: Option<&str>) -> Result<Report, Failure> {
        let words = |error: mc_opencl::OpenClError| Failure::Run(error.to_string());
        let through_ocl = OclProduct::prepare(device).map_err(words)?;
        let product = Product::prepare(device).map_err(words)?;
        let sizes = if sizes.is_empty() { &SIZES[..] } else { sizes };
        let mut rows = Vec::new();
        let mut notes = Vec::new();
        for &size in sizes {
            let (mut found, mut words) = one_size(&through_ocl, &product, size)?;
            rows.append(&mut found);
            notes.append(&mut words);
        }
        let device = product.device();
        notes.extend([
            "ocl: allocate, write both factors, multiply, read the product, with the objects of the crate ocl.",
            "copied: the same with calls of our own: allocate, write both factors, multiply, read the product, as the lecture's function does.",
            "shared: the factors were made in memory that the device allocated for both; room was made before and is not in all.",
            "all and allocate are by the host's clock, write, multiply and read by the device's (ocl: by the host's); medians of interleaved runs.",
        ].map(str::to_owned));
        let shares =
            if device.shares_memory { "shares the host's memory" } else { "has memory of its own" };
        Ok(Report {
            title: format!(
                "Products of two arrays in f32; {} ({}, driver {}), which {shares}",
                device.name, device.platform, device.driver
            ),
            columns: vec![
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
            rows,
            notes,
        })
    }

    type Found = (Vec<Vec<Cell>>, Vec<String>);

    /// The ways at one size. A size that does not fit the device has the host's row, and a word.
    fn one_size(through_ocl: &OclProduct, product: &Product, size: u64) -> Result<Found, Failure> {
        let len = usize::try_from(size)
            .map_err(|_| Failure::Request(format!("--samples: {size} elements are too many")))?;
        let (a, b): (Vec<f32>, Vec<f32>) = (0..len).map(factors).unzip();
        let (a, b) = (Array1::from_vec(a), Array1::from_vec(b));
        let words = |error: mc_opencl::OpenClError| error.to_string();
        let mut notes = Vec::new();
        let mut ways = vec![checked("host, ndarray", |check| {
            let clock = Instant::now();
            let c = &a * &b;
            let total = clock.elapsed().as_secs_f64();
            check(c.as_slice().unwrap_or_default());
            Ok(Parts { total, ..Parts::default() })
        })];
        if let (Some(a), Some(b)) = (a.as_slice(), b.as_slice()) {
            let mut c = vec![0.0; len];
            ways.push(checked("ocl", move |check| {
                let parts = through_ocl.multiply(a, b, &mut c).map_err(words)?;
                check(&c);
                Ok(parts)
            }));
            let mut c = vec![0.0; len];
            ways.push(checked("copied", move |check| {
                let parts = product.multiply(a, b, &mut c).map_err(words)?;
                check(&c);
                Ok(parts)
            }));
        }
        let shared =
            product.shared(len).and_then(|mut shared| shared.fill(factors).map(|()| shared));
        match shared {
            Ok(mut shared) => {
                ways.push(checked("shared", move |check| shared.multiply(check).map_err(words)))
            }
            Err(error) => notes.push(format!("shared, {size} elements: {error}")),
        }
        let outcomes = interleaved(&mut ways, BUDGET, |_| {});
        let mut rows = Vec::new();
        let mut host = None;
        for (Way { name, last, .. }, outcome) in ways.iter().zip(outcomes) {
            if let Err(error) = outcome {
                notes.push(format!("{name}, {size} elements: {error}"));
                continue;
            }
            // The first run warms up.
            let runs = last.as_deref().unwrap_or_default();
            let measured = &runs[1.min(runs.len())..];
            let median = |part: fn(&Parts) -> f64| {
                let mut times: Vec<_> = measured.iter().map(part).collect();
                times.sort_by(f64::total_cmp);
                times.get(times.len() / 2).copied()
            };
            let cell = |part| median(part).map_or(Cell::Nothing, Cell::Seconds);
            let on_device =
                |part| if name.starts_with("host") { Cell::Nothing } else { cell(part) };
            let total = median(|parts| parts.total);
            host = host.or(total);
            rows.push(vec![
                Cell::Text(name.clone()),
                Cell::Count(size),
                cell(|parts| parts.total),
                on_device(|parts| parts.allocate),
                on_device(|parts| parts.write),
                on_device(|parts| parts.kernel),
                on_device(|parts| parts.read),
                host.zip(total).map_or(Cell::Nothing, |(host, own)| Cell::Number(host / own)),
                Cell::Text("f32".to_owned()),
            ]);
        }
        Ok((rows, notes))
    }
}
