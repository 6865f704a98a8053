//! What this machine computes with, and which folders the program uses: what a report of a fault needs.

use std::path::PathBuf;

use morphogan_nn as nn;

use crate::config::{DeviceChoice, PrecisionChoice};
use crate::data;
use crate::run::default_runs_folder;
use crate::worker::desktop::default_exports_folder;
use crate::worker::device;
use crate::worker::job::Job;
use crate::worker::waker::Waker;

/// What is known of this machine and its folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MachineFacts {
    /// What runs compute with, and with how many threads.
    pub device: String,
    /// Why it is not a faster one, where one was asked for or built in.
    pub warning: Option<String>,
    /// The vector unit of the processor that the layers use.
    pub vector_unit: &'static str,
    /// Threads that the processor can run at once.
    pub cores: usize,
    /// Whether bf16 is faster than f32 here.
    pub has_bf16: bool,
    /// What this program was built with beside what all builds have.
    pub features: Vec<&'static str>,
    pub folders: Vec<UsedFolder>,
}

/// A folder that the program writes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedFolder {
    pub name: &'static str,
    pub path: PathBuf,
    /// Whether it is there already.
    pub exists: bool,
}

/// Finds it out; to open a GPU takes its time. `settings` is where the window keeps its own.
pub fn machine_facts(
    choice: DeviceChoice,
    threads: Option<usize>,
    settings: Option<PathBuf>,
    waker: Waker,
) -> Job<MachineFacts> {
    Job::spawn("about", waker, move |_| {
        let chosen = device::choose(choice);
        let (precision, _) = device::precision(PrecisionChoice::Bf16, &chosen.device);
        let used = device::threads(threads);
        Ok(MachineFacts {
            device: device::words(chosen.name, &chosen.device, used),
            warning: chosen.notice.map(|notice| notice.summary),
            vector_unit: nn::vector_unit(),
            cores: device::threads(None),
            has_bf16: precision == PrecisionChoice::Bf16,
            features: features(),
            folders: folders(settings),
        })
    })
}

fn features() -> Vec<&'static str> {
    let all = [
        ("CUDA", cfg!(feature = "cuda")),
        ("cuDNN", cfg!(feature = "cudnn")),
        ("Metal", cfg!(feature = "metal")),
        ("MP4", cfg!(feature = "mp4")),
    ];
    let built = all.into_iter().filter(|(_, is_built)| *is_built);
    built.map(|(name, _)| name).collect()
}

fn folders(settings: Option<PathBuf>) -> Vec<UsedFolder> {
    let runs = default_runs_folder();
    let own = runs.parent().map(PathBuf::from);
    let all = [
        ("Runs", Some(runs)),
        (
            "Kept faces, directions",
            own.filter(|own| own.is_absolute()),
        ),
        ("Exports", Some(default_exports_folder().to_owned())),
        ("Prepared pictures", data::cache_folder()),
        ("Window settings", settings),
    ];
    let known = all
        .into_iter()
        .filter_map(|(name, path)| Some((name, path?)));
    let used = known.map(|(name, path)| UsedFolder {
        name,
        exists: path.is_dir(),
        path,
    });
    used.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::{Duration, Instant};

    #[test]
    fn the_machine_is_told_as_it_is() {
        let job = machine_facts(DeviceChoice::Cpu, Some(1), None, Waker::none());
        let begun = Instant::now();
        let facts = loop {
            if let Some(facts) = job.poll() {
                break facts.unwrap();
            }
            assert!(begun.elapsed() < Duration::from_secs(20));
            std::thread::sleep(Duration::from_millis(1));
        };
        assert_eq!(facts.device, "CPU · 1 thread");
        let cores = std::thread::available_parallelism().unwrap().get();
        assert_eq!(facts.cores, cores);
        #[cfg(target_arch = "x86_64")]
        {
            let wide = std::arch::is_x86_feature_detected!("avx512f");
            assert!(wide || facts.vector_unit != "AVX-512");
        }
        assert!(facts.folders.iter().any(|folder| folder.name == "Runs"));
    }
}
