//! Which monitor the whole screen is.

use egui::{Popup, Ui};
use winit::window::Window;

use super::action::AnimateAction;
use crate::ui::action::Action;
use crate::ui::widgets::{Button, Icon};

/// Those that are there, in the order in which the system counts them.
#[derive(Clone, Debug, Default)]
pub struct Monitors {
    /// Names and sizes, for people.
    names: Vec<String>,
    /// The one that a person has chosen; otherwise it is the one that the window is on.
    chosen: Option<usize>,
    /// That of the window.
    here: Option<usize>,
}

/// Monitors that are tried one after the other where the system does not tell how many there are.
const UNTOLD: usize = 4;

impl Monitors {
    /// Asks the system.
    pub fn look(&mut self, window: &Window) {
        let here = window.current_monitor();
        self.here = window
            .available_monitors()
            .position(|monitor| Some(&monitor) == here.as_ref());
        let monitors = window.available_monitors().enumerate();
        let names = monitors.map(|(at, monitor)| {
            let size = monitor.size();
            let name = monitor.name().filter(|name| !name.is_empty());
            let name = name.unwrap_or_else(|| format!("Monitor {}", at + 1));
            format!("{name}, {}×{}", size.width, size.height)
        });
        self.set(names.collect());
    }

    fn set(&mut self, names: Vec<String>) {
        // Where one was unplugged the numbers mean others.
        if names != self.names {
            self.chosen = None;
        }
        self.names = names;
    }

    pub fn choose(&mut self, monitor: Option<usize>) {
        self.chosen = monitor.filter(|monitor| *monitor < self.names.len());
    }

    /// To the next one, and round again.
    pub fn next(&mut self) {
        let count = match self.names.len() {
            0 => UNTOLD,
            count => count,
        };
        let next = self.chosen.or(self.here).map_or(0, |now| now + 1);
        self.chosen = Some(next % count);
    }

    pub fn chosen(&self) -> Option<usize> {
        self.chosen
    }

    /// A menu of them, where there are several.
    pub fn show(&self, ui: &mut Ui, actions: &mut Vec<Action>) {
        if self.names.len() < 2 {
            return;
        }
        let more = Button::icon_only(Icon::More, "Monitor of the full screen").small();
        let response = ui.add(more.tip("Choose the monitor for the full screen."));
        Popup::menu(&response).show(|ui| {
            ui.set_min_width(200.0);
            let here = "The one that this window is on".to_owned();
            let all = self.names.iter().cloned().enumerate();
            let all = all.map(|(at, name)| (Some(at), name));
            for (monitor, name) in std::iter::once((None, here)).chain(all) {
                if ui.selectable_label(self.chosen == monitor, name).clicked() {
                    actions.push(Action::Animate(AnimateAction::Monitor(monitor)));
                    ui.close();
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_come_one_after_the_other_and_one_that_is_gone_is_not_chosen() {
        let mut monitors = Monitors::default();
        let two = || vec!["DP-1, 1920×1080".to_owned(), "HDMI-1, 1280×800".into()];
        monitors.set(two());
        assert_eq!(monitors.chosen(), None);
        let mut seen = Vec::new();
        for _ in 0..3 {
            monitors.next();
            seen.push(monitors.chosen());
        }
        assert_eq!(seen, [Some(0), Some(1), Some(0)]);
        monitors.choose(Some(1));
        monitors.set(two());
        assert_eq!(monitors.chosen(), Some(1), "the same ones are there");
        monitors.set(vec!["DP-1, 1920×1080".into()]);
        assert_eq!(monitors.chosen(), None);
        monitors.choose(Some(1));
        assert_eq!(monitors.chosen(), None);
        // From the one that the window is on it goes to another one at once.
        let mut here = Monitors {
            here: Some(0),
            ..Monitors::default()
        };
        here.set(two());
        here.next();
        assert_eq!(here.chosen(), Some(1));
        // Where nobody tells, some are tried.
        let mut untold = Monitors::default();
        let tried = (0..5).map(|_| {
            untold.next();
            untold.chosen()
        });
        assert_eq!(
            tried.collect::<Vec<_>>(),
            [Some(0), Some(1), Some(2), Some(3), Some(0)]
        );
    }
}
