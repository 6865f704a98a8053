//! What the Data screen keeps from frame to frame.

use egui::Context;

use super::editor::Editor;
use super::scan_state::{Recent, ScanOutcome, ScanState};
use crate::config::{Crop, DataChoice, TrainConfig};
use crate::notice::Level;
use crate::readable;
use crate::ui::action::Screen;
use crate::ui::data::action::{DataAction, Page};
use crate::ui::host::Host;
use crate::ui::widgets::sheet::Sheet;
use crate::worker::Wall;
use crate::worker::jobs::scan::Scan;

/// Tiles a row of the texture.
pub const COLUMNS: usize = 12;

/// What this screen keeps from frame to frame.
pub struct DataScreen {
    /// The path in its field, also while the starter faces are chosen.
    pub path: String,
    pub recent: Recent,
    /// The colour in its field, which may be half typed.
    pub(super) background: String,
    pub(super) scan: ScanState,
    pub(super) sheet: Sheet,
    pub(super) editor: Editor,
    /// The crops of pictures that were chosen before.
    pub(super) crops: Vec<(DataChoice, Crop)>,
    pub(super) page: Page,
}

impl Default for DataScreen {
    fn default() -> Self {
        Self {
            path: String::new(),
            recent: Recent::default(),
            background: String::new(),
            scan: ScanState::default(),
            sheet: Sheet::new("contact sheet"),
            editor: Editor::default(),
            crops: Vec::new(),
            page: Page::default(),
        }
    }
}

impl DataScreen {
    /// Before every frame: takes in what the threads found, where a person can see it.
    pub fn tick(&mut self, host: &mut Host<'_>) {
        let (config, ctx) = (&*host.config, host.ctx);
        if host.screen == Screen::Data {
            match self.scan.follow(config, ctx) {
                Some(ScanOutcome::Found) => self.show_found(config, ctx),
                Some(ScanOutcome::Failed) => {
                    self.sheet = Sheet::new("contact sheet");
                    self.editor.clear();
                }
                None => {}
            }
        }
        self.editor.keep(config);
        if let Some(notice) = self.editor.tick(ctx) {
            host.post(notice);
        }
    }

    fn show_found(&mut self, config: &TrainConfig, ctx: &Context) {
        let Some(found) = self.scan.last(config) else {
            return;
        };
        if let DataChoice::Path(path) = &config.data {
            self.recent.remember(path);
        }
        let tile = found.sheet.first().map_or(0, |picture| picture.width);
        let wall = Wall {
            step: 0,
            tile,
            columns: COLUMNS,
            count: found.sheet.len(),
            picture: crate::picture::wall(&found.sheet, COLUMNS, 0, [0; 3]),
        };
        self.sheet.set(ctx, wall);
        // The picture in the editor may be of another source.
        let first = found.shown.first().copied();
        if let (Some(index), Some(source)) = (first, &found.source) {
            let same = self.editor.shows(config);
            self.editor.ask(source, same.unwrap_or(index), config, ctx);
        }
    }

    /// Does what a person wants.
    pub fn apply(&mut self, action: DataAction, host: &mut Host<'_>) {
        let (config, ctx) = (&mut *host.config, host.ctx);
        match action {
            DataAction::Type(text) => {
                self.choose(DataChoice::Path(text.trim().into()), config);
                self.path = text;
            }
            DataAction::Use(path) => {
                self.choose(DataChoice::Path(path), config);
                self.sync(config);
                host.show(Screen::Data);
            }
            DataAction::Rest => self.scan.rest(),
            DataAction::Scan { all } => self.scan.look(config, all, ctx),
            DataAction::Cancel => self.scan.cancel(),
            DataAction::Original(index) => {
                if let Some(source) = self
                    .scan
                    .last(config)
                    .and_then(|found| found.source.as_ref())
                {
                    self.editor.ask(source, index, config, ctx);
                }
            }
            DataAction::ShowPage(page) => self.page = page,
            DataAction::Forget(path) => self.recent.forget(&path),
            DataAction::Background(text) => {
                if let Ok(colour) = text.parse() {
                    config.prepare.background = colour;
                }
                self.background = text;
            }
        }
    }

    /// Other pictures. A crop belongs to those that it was set for, and comes back with them.
    pub fn choose(&mut self, data: DataChoice, config: &mut TrainConfig) {
        if data == config.data {
            return;
        }
        let before = std::mem::replace(&mut config.data, data);
        let crop = std::mem::take(&mut config.prepare.crop);
        self.crops.retain(|(known, _)| *known != before);
        self.crops.push((before, crop));
        let kept = self.crops.iter().find(|(known, _)| *known == config.data);
        config.prepare.crop = kept.map_or(Crop::default(), |(_, crop)| *crop);
    }

    /// Shows the path that the settings name in its field.
    pub fn sync(&mut self, config: &TrainConfig) {
        if let DataChoice::Path(path) = &config.data {
            self.path = path.display().to_string();
        }
        self.background = config.prepare.background.to_string();
    }

    /// Why a run cannot learn from these pictures, as far as that is known.
    pub fn refusal(&self, config: &TrainConfig) -> Option<String> {
        if let Some(notice) = self.scan.failure(config) {
            if notice.level == Level::Info {
                // Nobody looked to the end, which is no reason not to begin.
                return None;
            }
            let why = notice.details.lines().next().unwrap_or_default();
            return Some(format!("{} ({why})", notice.summary));
        }
        let found = self.scan.found(config)?;
        found.refusal()
    }

    /// What is known about the pictures that the settings name.
    pub fn found(&self, config: &TrainConfig) -> Option<&Scan> {
        self.scan.found(config)
    }

    /// The pictures in one line, as far as they are known.
    pub fn summary(&self, config: &TrainConfig) -> String {
        subject(self, config)
    }

    /// Whether everything that is to be seen is there.
    pub fn is_settled(&self, config: &TrainConfig) -> bool {
        let known = self.scan.found(config).is_some();
        (known && self.editor.is_settled()) || self.scan.failure(config).is_some()
    }
}

/// The source in one line.
fn subject(screen: &DataScreen, config: &TrainConfig) -> String {
    let count = |number: usize| readable::count(number as u64);
    let found = screen.scan.found(config);
    match (&config.data, found) {
        (DataChoice::Starter, _) => format!("Starter faces · {}", count(config.starter_count)),
        (DataChoice::Path(path), _) if path.as_os_str().is_empty() => "no pictures yet".to_owned(),
        (DataChoice::Path(_), Some(found)) => {
            format!("{} · {}", found.name, count(found.pictures))
        }
        (DataChoice::Path(path), None) => {
            let name = path.file_name().unwrap_or(path.as_os_str());
            name.to_string_lossy().into_owned()
        }
    }
}
