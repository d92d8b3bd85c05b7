//! The elementwise product, copied and in shared memory.

use mc_opencl::{OclProduct, OpenClError, Product};

fn factors(k: usize) -> (f32, f32) {
    (k as f32 * 0.5 - 3.0, 1.0 / (k as f32 + 1.0))
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn every_product_is_right_and_its_parts_are_told() {
    let product = Product::prepare(None).unwrap();
    let through_ocl = OclProduct::prepare(None).unwrap();
    for len in [1, 2, 1_000, 70_001] {
        let (a, b): (Vec<f32>, Vec<f32>) = (0..len).map(factors).unzip();
        let expected: Vec<f32> = a.iter().zip(&b).map(|(a, b)| a * b).collect();
        let mut c = vec![0.0; len];
        let parts = product.multiply(&a, &b, &mut c).unwrap();
        assert_eq!(c, expected);
        assert!(parts.total > 0.0 && parts.kernel > 0.0 && parts.allocate > 0.0, "{parts:?}");

        c.fill(0.0);
        let parts = through_ocl.multiply(&a, &b, &mut c).unwrap();
        assert_eq!(c, expected);
        assert!(parts.total >= parts.allocate + parts.write + parts.kernel + parts.read);
        assert!(parts.kernel > 0.0 && parts.write > 0.0 && parts.read > 0.0, "{parts:?}");

        let mut shared = product.shared(len).unwrap();
        shared.fill(factors).unwrap();
        for _ in 0..2 {
            let parts = shared.multiply(|c| assert_eq!(c, expected)).unwrap();
            assert!(parts.total > 0.0 && parts.kernel > 0.0, "{parts:?}");
        }
    }
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn arrays_that_no_device_holds_are_refused() {
    let product = Product::prepare(None).unwrap();
    match product.shared(1 << 50) {
        Err(error @ OpenClError::TooLarge { .. }) => {
            assert!(error.to_string().contains(&product.device().name), "{error}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
#[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
fn ocl_takes_the_shortest_array_and_knows_the_device() {
    let product = OclProduct::prepare(None).unwrap();
    let mut c = [7.0; 3];
    product.multiply(&[2.0, 3.0], &[5.0; 4], &mut c).unwrap();
    assert_eq!(c, [10.0, 15.0, 7.0]);
    product.multiply(&[], &[5.0], &mut c).unwrap();
    assert_eq!(c, [10.0, 15.0, 7.0]);
    match OclProduct::prepare(Some("Cray")) {
        Err(error @ OpenClError::UnknownDevice { .. }) => {
            assert!(error.to_string().contains(&product.device().name), "{error}");
        }
        other => panic!("{other:?}"),
    }
}
