//! Where to compute.

use std::sync::{Mutex, PoisonError};

use candle_core::Device;
use morphogan_nn as nn;

use crate::config::{DeviceChoice, PrecisionChoice};
use crate::notice::{Notice, chain_of};

/// A device that works, its name for a person, and a warning where it is not the one asked for.
pub struct WorkingDevice {
    pub device: Device,
    pub name: &'static str,
    /// Why it is another one, or slower than it should be.
    pub notice: Option<Notice>,
}

/// Tries what was asked for and falls back to the CPU. `Auto` falls back in silence where the
/// program was built without GPU support, and with a warning where it has it but finds no GPU.
pub fn choose(choice: DeviceChoice) -> WorkingDevice {
    let cuda: Attempt = ("CUDA", cfg!(feature = "cuda"), open_cuda);
    let metal: Attempt = ("Metal", cfg!(feature = "metal"), || {
        Ok((Device::new_metal(0)?, None))
    });
    let attempts = match choice {
        DeviceChoice::Auto => vec![cuda, metal],
        DeviceChoice::Cpu => vec![],
        DeviceChoice::Cuda => vec![cuda],
        DeviceChoice::Metal => vec![metal],
    };
    let mut notice = None;
    for (name, built_in, open) in attempts {
        if !built_in {
            if choice != DeviceChoice::Auto {
                notice = Some(Notice::warning(format!(
                    "This build has no {name} support: training on the CPU. Build with --features {} to use it.",
                    name.to_lowercase()
                )));
            }
            continue;
        }
        match open() {
            Ok((device, notice)) => {
                return WorkingDevice {
                    device,
                    name,
                    notice,
                };
            }
            Err(error) => {
                let text = format!("No {name} device can be used: training on the CPU.");
                notice = Some(Notice::warning(text).with_details(chain_of(&error)));
            }
        }
    }
    WorkingDevice {
        device: Device::Cpu,
        name: "CPU",
        notice,
    }
}

/// A device and what a person should know about it.
type DeviceResult = candle_core::Result<(Device, Option<Notice>)>;

/// Name, whether it is built in, how to open it.
type Attempt = (&'static str, bool, fn() -> DeviceResult);

/// The first CUDA device, the same one each time: its one stream keeps what several threads do with the same weights in
/// order, and it is checked only once.
fn open_cuda() -> DeviceResult {
    static OPENED: Mutex<Option<(Device, Option<Notice>)>> = Mutex::new(None);
    let mut opened = OPENED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(opened) = &*opened {
        return Ok(opened.clone());
    }
    let device = Device::new_cuda_with_stream(0)?;
    nn::prepare_device(&device)?;
    let notice = nn::trust_device(&device).err().map(|why| {
        let text = "The fast layers do not work on this GPU: training with slower ones.";
        Notice::warning(text).with_details(why)
    });
    Ok(opened.insert((device, notice)).clone())
}

/// More threads than this for each core only wait for each other, most of all to begin.
const THREADS_A_CORE: usize = 8;

/// Threads that a run uses: those asked for, as far as the machine can use them, or one a core.
pub fn threads(asked: Option<usize>) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    asked.map_or(cores, |asked| asked.min(THREADS_A_CORE * cores))
}

/// Says where those are fewer than asked for: a machine with more cores would come to other bits.
pub fn fewer_threads(asked: Option<usize>) -> Option<Notice> {
    let (asked, used) = (asked?, threads(asked));
    (used < asked).then(|| {
        let text =
            format!("This machine can make use of {used} threads at most: not {asked} are used.");
        Notice::warning(text)
    })
}

/// The system gives no thread.
pub fn no_threads(error: &(dyn std::error::Error + 'static)) -> Notice {
    let text = "The system gives the program no more threads. End other programs, use fewer threads, or \
                raise the limit of processes.";
    Notice::from_error(text, error)
}

/// The precision that training uses on `device`: the one asked for, or f32 with a warning where the device has
/// nothing faster.
pub fn precision(asked: PrecisionChoice, device: &Device) -> (PrecisionChoice, Option<Notice>) {
    if asked == PrecisionChoice::F32 || nn::is_fast_in_bf16(device) {
        return (asked, None);
    }
    let text = "This device has no fast bf16: training in f32. It takes an NVIDIA GPU from Ampere on and a build with --features cudnn.";
    (PrecisionChoice::F32, Some(Notice::warning(text)))
}

/// A device as a person reads it.
pub fn words(name: &str, device: &Device, threads: usize) -> String {
    match device {
        Device::Cpu if threads == 1 => format!("{name} · 1 thread"),
        Device::Cpu => format!("{name} · {threads} threads"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bf16_gives_way_to_f32_with_a_warning_where_it_is_not_fast() {
        let (used, notice) = precision(PrecisionChoice::Bf16, &Device::Cpu);
        assert_eq!(used, PrecisionChoice::F32);
        assert!(notice.unwrap().summary.contains("training in f32"));
        assert!(precision(PrecisionChoice::F32, &Device::Cpu).1.is_none());
    }

    #[test]
    fn threads_beyond_use_are_not_started() {
        assert_eq!((threads(Some(1)), fewer_threads(Some(1))), (1, None));
        assert!(threads(Some(100_000)) < 100_000);
        let told = fewer_threads(Some(100_000)).unwrap().summary;
        assert!(told.contains("not 100000 are used"), "{told}");
        assert_eq!(fewer_threads(None), None);
    }

    #[test]
    fn the_cpu_is_always_there() {
        assert!(choose(DeviceChoice::Cpu).notice.is_none());
        #[cfg(not(any(feature = "cuda", feature = "metal")))]
        {
            assert!(choose(DeviceChoice::Auto).notice.is_none());
            let chosen = choose(DeviceChoice::Cuda);
            assert!(chosen.device.is_cpu());
            assert!(chosen.notice.unwrap().summary.contains("--features cuda"));
        }
    }
}
