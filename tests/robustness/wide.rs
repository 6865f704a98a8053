//! Networks of small files whose features are large: they are opened in little memory, too.

use std::collections::HashMap;

use candle_core::{DType, Device, Tensor};

use crate::foreign::watched_import;

/// 64×64 with 4096 channels at 32×32: as many numbers for one picture as are allowed.
const CHANNELS: [usize; 6] = [10, 12, 14, 16, 4096, 3];

/// It as another program may have saved it.
fn wide(with_statistics: bool) -> Vec<u8> {
    let random = |shape: &[usize]| Tensor::randn(0.0f32, 0.1, shape, &Device::Cpu).unwrap();
    let ones = |count: usize| Tensor::ones(count, DType::F32, &Device::Cpu).unwrap();
    let mut named = HashMap::new();
    for (at, ends) in CHANNELS.windows(2).enumerate() {
        let kernel = format!("net.{}.weight", 3 * at);
        named.insert(kernel, random(&[ends[0], ends[1], 4, 4]));
        if at == 4 {
            continue;
        }
        let norm = format!("net.{}", 3 * at + 1);
        named.insert(format!("{norm}.weight"), ones(ends[1]));
        named.insert(format!("{norm}.bias"), random(&[ends[1]]));
        if with_statistics {
            named.insert(format!("{norm}.running_mean"), random(&[ends[1]]));
            named.insert(format!("{norm}.running_var"), ones(ends[1]));
        }
    }
    safetensors::serialize(&named, None).unwrap()
}

#[test]
fn wide_networks_are_opened_in_little_memory() {
    let home = tempfile::tempdir().unwrap();
    for with_statistics in [true, false] {
        let path = home
            .path()
            .join(format!("wide-{with_statistics}.safetensors"));
        std::fs::write(&path, wide(with_statistics)).unwrap();
        let out = home.path().join("out.safetensors");
        let (output, memory) = watched_import(home.path(), &path, &out);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{told}");
        let measured = told.contains("measured anew");
        assert_eq!(measured, !with_statistics, "{told}");
        assert!(memory < 1000, "{memory} MB");
        std::fs::remove_file(out).unwrap();
    }
}
