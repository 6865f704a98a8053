//! A disk that fills up while something is written to it, where this user may mount one.

use std::path::Path;
use std::process::Command;

use crate::common::{fail, succeed};

/// A file system of its own in main memory, gone with this.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// Of so many KiB; `None` where that is not allowed.
    fn of(size: usize) -> Option<Self> {
        let disk = Self(tempfile::tempdir().unwrap());
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}k"), "tmpfs"])
            .arg(disk.0.path())
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then_some(disk)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn names(&self) -> Vec<String> {
        let all = std::fs::read_dir(self.path()).unwrap();
        all.map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Where it was never mounted there is nothing to take away.
        let _ = Command::new("umount").arg(self.path()).output();
    }
}

#[test]
fn films_that_no_longer_fit_are_told_and_leave_nothing() {
    let home = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::of(128) else {
        eprintln!("this user may not mount a disk; /dev/full is tested elsewhere");
        return;
    };
    for format in ["gif", "webp", "apng", "sheet", "y4m", "rgb", "frames"] {
        let out = disk.path().join(format!("film-{format}"));
        let out = out.to_str().unwrap();
        let asked = [
            "morph", "--frames", "40", "--scale", "1", "--format", format, "--out", out,
        ];
        let told = fail(home.path(), &asked, 1);
        assert!(
            told.contains("The film was not written") && told.contains("space"),
            "{format}: {told}"
        );
        assert!(disk.names().is_empty(), "{format}: {:?}", disk.names());
    }
    // What was there before stays as it was.
    let kept = disk.path().join("kept.gif");
    let out = kept.to_str().unwrap();
    let small = [
        "morph", "--seeds", "1,2", "--frames", "2", "--scale", "1", "--out", out,
    ];
    succeed(home.path(), &small);
    let before = std::fs::read(&kept).unwrap();
    fail(
        home.path(),
        &["morph", "--frames", "60", "--scale", "2", "--out", out],
        1,
    );
    assert_eq!(std::fs::read(&kept).unwrap(), before);
    assert_eq!(disk.names(), ["kept.gif"]);
}
