//! All curves on show into a file.

use std::path::{Path, PathBuf};

use egui::Context;

use super::{Chart, Curve, Curves, Values};
use crate::export::plot::{Curve as SavedCurve, Panel};
use crate::notice::{Next, Notice};
use crate::ui::waker::waker;
use crate::ui::widgets::new_file::NewFile;
use crate::worker::Job;
use crate::worker::jobs::save_curves::save_curves;

/// Name of the first file.
const FIRST_NAME: &str = "curves.png";

/// Where the curves go, and the work under way.
#[derive(Debug)]
pub struct SaveCurves {
    pub file: NewFile,
    job: Option<Job<PathBuf>>,
}

impl Default for SaveCurves {
    fn default() -> Self {
        Self {
            file: NewFile::called(FIRST_NAME),
            job: None,
        }
    }
}

impl SaveCurves {
    /// Proposes a place in `folder`, unless a person has chosen one.
    pub fn suggest(&mut self, folder: &Path) {
        if self.file != NewFile::called(FIRST_NAME) {
            return;
        }
        if let Ok(folder) = std::path::absolute(folder) {
            self.file.path = folder.join(FIRST_NAME).display().to_string();
        }
    }

    /// Begins to write a file with this `ending`: `png` or `csv`.
    pub fn start(&mut self, ending: &str, panels: Vec<Panel>, ctx: &Context) {
        let asked = self.file.settle(ending);
        let replace = self.file.replaces();
        let path = with_ending(&asked.to_string_lossy(), ending);
        let replace = replace && path == asked;
        self.file.path = path.display().to_string();
        self.job = Some(save_curves(panels, path, replace, waker(ctx)));
    }

    /// Whether a file is being written.
    pub fn is_busy(&self) -> bool {
        self.job.is_some()
    }

    /// Takes in the result; gives what a person should know.
    pub fn poll(&mut self) -> Option<Notice> {
        let result = self.job.as_ref()?.poll()?;
        self.job = None;
        match result {
            Ok(path) => {
                let text = format!("The curves are saved to {}", path.display());
                Some(Notice::info(text).with_next(Next::Show(path)))
            }
            Err(notice) => Some(notice),
        }
    }
}

/// `curves.png` → `curves.csv`, `run.5` → `run.5.csv`.
fn with_ending(path: &str, ending: &str) -> PathBuf {
    let base = [".png", ".csv"]
        .into_iter()
        .find_map(|known| path.strip_suffix(known));
    PathBuf::from(format!("{}.{ending}", base.unwrap_or(path)))
}

impl Curves {
    /// `charts` as they are drawn: the steps on show, smoothed, with the parent's curves where they
    /// are on show.
    pub fn panels(&self, charts: &[Chart]) -> Vec<Panel> {
        charts.iter().map(|chart| self.panel(chart)).collect()
    }

    fn panel(&self, chart: &Chart) -> Panel {
        let scale = self.scale(chart);
        let parents = chart.curves.iter().filter(|curve| self.shows_parent(curve));
        let parents = parents.map(|curve| {
            let name = format!("{} (parent)", curve.name);
            self.saved(curve, name, &curve.parent, true)
        });
        let own = chart.curves.iter();
        let own = own.map(|curve| self.saved(curve, curve.name.to_owned(), &curve.values, false));
        let on_show = parents.chain(own).filter(|curve| !curve.points.is_empty());
        Panel {
            title: chart.title.to_owned(),
            curves: on_show.collect(),
            marks: self.marks.iter().map(|(step, _)| *step).collect(),
            values: Some(scale.range()),
            log: scale.is_log(),
        }
    }

    fn saved(&self, curve: &Curve, name: String, values: &Values, faint: bool) -> SavedCurve {
        let (first, last) = self.steps;
        let on_show = |point: &&[f64; 2]| (first..=last).contains(&point[0]);
        let smoothed = self.shown(values);
        let smoothed = smoothed.iter().filter(|_| self.style.smoothing > 0.0);
        SavedCurve {
            name,
            colour: [curve.colour.r(), curve.colour.g(), curve.colour.b()],
            faint,
            dashed: curve.dashed,
            points: values.points.iter().filter(on_show).copied().collect(),
            smoothed: smoothed.filter(on_show).map(|point| point[1]).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_dots() {
        let with = |path| with_ending(path, "csv").display().to_string();
        assert_eq!(with("a/curves.png"), "a/curves.csv");
        assert_eq!(with("a/curves.csv"), "a/curves.csv");
        assert_eq!(with("run.5"), "run.5.csv");
    }
}
