use std::sync::Arc;

use super::*;

type Meanwhile = Box<dyn FnMut(usize) -> Result<(), Notice> + Send>;

/// Plain frames, each of another grey, and what happens before each is drawn.
struct Plain {
    frames: usize,
    size: (usize, usize),
    meanwhile: Meanwhile,
}

impl Plain {
    fn new(frames: usize, size: (usize, usize)) -> Self {
        let meanwhile = Box::new(|_| Ok(()));
        Self {
            frames,
            size,
            meanwhile,
        }
    }

    fn with(self, meanwhile: impl FnMut(usize) -> Result<(), Notice> + Send + 'static) -> Self {
        Self {
            meanwhile: Box::new(meanwhile),
            ..self
        }
    }
}

impl FrameSource for Plain {
    fn frames(&self) -> usize {
        self.frames
    }

    fn tile_size(&self) -> (usize, usize) {
        self.size
    }

    fn draw(&mut self, range: Range<usize>) -> Result<Vec<Frame>, Notice> {
        let frame = |index: usize| {
            (self.meanwhile)(index)?;
            let (width, height) = self.size;
            let tile = Picture::filled(width, height, [(index * 37 % 256) as u8; 3]);
            Ok(Frame {
                tiles: vec![tile],
                caption: String::new(),
            })
        };
        range.map(frame).collect()
    }
}

fn plan(format: &'static dyn FilmFormat, folder: &Path) -> FilmPlan {
    let name = match format.kind().ending {
        "" => "film".to_owned(),
        ending => format!("film.{ending}"),
    };
    FilmPlan {
        format,
        settings: FilmSettings::default(),
        style: FrameStyle::default(),
        out: folder.join(name),
    }
}

fn left_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// For every format, in a folder of its own.
fn for_each(test: impl Fn(FilmPlan, &Path)) {
    for format in film::formats() {
        let folder = tempfile::tempdir().unwrap();
        test(plan(*format, folder.path()), folder.path());
    }
}

fn write(mut source: Plain, plan: &FilmPlan) -> Result<(), Notice> {
    write_film(&mut source, plan, &Progress::default())
}

#[test]
fn films_of_one_frame_and_odd_sizes_are_written() {
    for_each(|plan, folder| {
        for size in [(17, 33), (16, 16), (101, 16)] {
            for frames in [1, 3] {
                write(Plain::new(frames, size), &plan).unwrap();
                assert_eq!(left_in(folder), [plan.out.as_path()], "{size:?}");
                match plan.format.is_folder() {
                    true => std::fs::remove_dir_all(&plan.out).unwrap(),
                    false => std::fs::remove_file(&plan.out).unwrap(),
                }
            }
        }
    });
}

#[test]
fn what_a_format_cannot_hold_is_refused_and_nothing_is_left() {
    for_each(|plan, folder| {
        let id = plan.format.id();
        let told = write(Plain::new(0, (16, 16)), &plan).unwrap_err();
        assert!(told.summary.contains("at least one frame"), "{id}: {told}");
        write(Plain::new(3, (0, 4)), &plan).unwrap_err();
        // A single pixel is a picture, but no video.
        match write(Plain::new(3, (1, 1)), &plan) {
            Ok(()) => assert_eq!(left_in(folder).len(), 1, "{id}"),
            Err(told) => {
                assert_eq!(
                    (id, told.summary.contains("larger scale")),
                    ("mp4", true),
                    "{told}"
                );
                assert!(left_in(folder).is_empty());
            }
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let told = |id: &str, change: fn(&mut FilmPlan)| {
        let mut plan = plan(film::named(id).unwrap(), folder.path());
        change(&mut plan);
        write(Plain::new(3, (64, 64)), &plan).unwrap_err().summary
    };
    assert!(told("gif", |plan| plan.style.scale = 1025).contains("A scale of"));
    assert!(told("gif", |plan| plan.settings.fps = 100).contains("50 frames a second"));
    assert!(told("webp", |plan| plan.style.scale = 256).contains("smaller scale"));
    assert!(told("apng", |plan| plan.style.scale = 1 << 20).contains("scale of"));
    assert!(
        told("gif", |plan| plan
            .out
            .set_extension("mp4")
            .then_some(())
            .unwrap())
        .contains("ends in .mp4")
    );
    #[cfg(feature = "mp4")]
    assert!(told("mp4", |plan| plan.style.scale = 65).contains("smaller scale"));
    assert!(left_in(folder.path()).is_empty());
}

#[test]
fn whoever_cancels_or_fails_leaves_nothing() {
    for_each(|plan, folder| {
        let progress = Arc::new(Progress::default());
        let cancel = Arc::clone(&progress);
        let mut source = Plain::new(500, (32, 32)).with(move |frame| {
            if frame == 40 {
                cancel.cancel();
            }
            Ok(())
        });
        let told = write_film(&mut source, &plan, &progress).unwrap_err();
        assert!(told.summary.contains("cancelled"), "{told}");
        assert!(left_in(folder).is_empty(), "{}", plan.format.id());

        let failing = Plain::new(500, (32, 32)).with(|frame| match frame {
            40 => Err(Notice::error("The device failed.")),
            _ => Ok(()),
        });
        let told = write(failing, &plan).unwrap_err();
        assert_eq!(told.summary, "The device failed.");
        assert!(left_in(folder).is_empty(), "{}", plan.format.id());
    });
}

#[test]
fn a_panic_while_drawing_is_told_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(film::formats()[0], folder.path());
    let source = Plain::new(500, (32, 32)).with(|frame| {
        assert!(frame < 20, "as if there were a bug");
        Ok(())
    });
    let job = export_film(Box::new(source), plan, false, Waker::none());
    let told = until(&job).unwrap_err();
    assert!(told.summary.contains("bug"), "{told}");
    assert!(left_in(folder.path()).is_empty());
}

#[test]
fn a_folder_that_goes_away_is_told() {
    for_each(|mut plan, folder| {
        let place = folder.join("gone");
        std::fs::create_dir(&place).unwrap();
        plan.out = place.join(plan.out.file_name().unwrap());
        let source = Plain::new(60, (32, 32)).with(move |frame| {
            if frame == 40 {
                // Files of a folder may be coming in meanwhile.
                while std::fs::remove_dir_all(&place).is_err() && place.exists() {}
            }
            Ok(())
        });
        let told = write(source, &plan).unwrap_err();
        assert!(told.summary.contains("Check the folder"), "{told}");
        assert!(left_in(folder).is_empty(), "{}", plan.format.id());
    });
}

#[test]
fn many_frames_take_little_memory_and_come_out_all() {
    for_each(|plan, folder| {
        // A folder of so many files is slow on some disks.
        let frames = if plan.format.is_folder() {
            2_000
        } else {
            20_000
        };
        write(Plain::new(frames, (16, 16)), &plan).unwrap();
        let size = std::fs::metadata(&plan.out).unwrap().len();
        assert_eq!(left_in(folder).len(), 1);
        match plan.format.id() {
            "rgb" => assert_eq!(size, frames as u64 * 16 * 16 * 3),
            "frames" => assert_eq!(left_in(&plan.out).len(), frames),
            id => assert!(size > frames as u64, "{id}: {size}"),
        }
    });
}

#[test]
fn two_exports_to_one_place_do_not_meet() {
    let folder = tempfile::tempdir().unwrap();
    for format in [film::formats()[0], film::named("frames").unwrap()] {
        let plan = plan(format, folder.path());
        let source = || Box::new(Plain::new(200, (32, 32)));
        let export = |replace| export_film(source(), plan.clone(), replace, Waker::none());
        let jobs = [export(false), export(false), export(false)];
        let paths: std::collections::BTreeSet<PathBuf> =
            jobs.iter().map(|job| until(job).unwrap()).collect();
        assert_eq!(paths.len(), 3);
        let there: std::collections::BTreeSet<PathBuf> =
            left_in(folder.path()).into_iter().collect();
        assert!(paths.is_subset(&there), "{paths:?} {there:?}");
    }
    // Over the same file: one of them is told, where they overlap.
    let plan = plan(film::formats()[0], folder.path());
    let claimed = place::ClaimedPlace::new(plan.out.clone(), true, false).unwrap();
    let job = export_film(
        Box::new(Plain::new(3, (8, 8))),
        plan.clone(),
        true,
        Waker::none(),
    );
    assert!(until(&job).unwrap_err().summary.contains("Another export"));
    drop(claimed);
    let job = export_film(
        Box::new(Plain::new(3, (8, 8))),
        plan.clone(),
        true,
        Waker::none(),
    );
    assert_eq!(until(&job), Ok(plan.out));
}

#[test]
fn an_estimate_comes_near() {
    for_each(|plan, _| {
        let source = || {
            let mut seed = 1_u32;
            Plain::new(60, (48, 48)).with(move |_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1);
                Ok(())
            })
        };
        write(source(), &plan).unwrap();
        let size = match plan.format.is_folder() {
            true => left_in(&plan.out)
                .iter()
                .map(|path| path.metadata().unwrap().len())
                .sum(),
            false => std::fs::metadata(&plan.out).unwrap().len(),
        };
        let told = until(&estimate_film(
            Box::new(source()),
            plan.clone(),
            Waker::none(),
        ))
        .unwrap();
        let share = told as f64 / size as f64;
        assert!(
            (0.4..2.5).contains(&share),
            "{}: {told} for {size}",
            plan.format.id()
        );
    });
}

fn until<T: Send + 'static>(job: &Job<T>) -> Result<T, Notice> {
    let begun = std::time::Instant::now();
    loop {
        if let Some(result) = job.poll() {
            return result;
        }
        assert!(begun.elapsed().as_secs() < 60, "no answer");
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}
