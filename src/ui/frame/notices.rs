//! Notices in the corner of the window.

use std::collections::{HashMap, HashSet};

use egui::{
    Align2, Area, Color32, Frame, Id, Margin, Order, Popup, RichText, Sense, Stroke, Ui, vec2,
};

use crate::notice::Level;
use crate::session::{Notices, PostedNotice};
use crate::ui::action::{Action, FrameAction};
use crate::ui::theme::{self, Palette, palette};
use crate::ui::widgets::{Button, Icon};

/// Seconds after which a plain notice goes by itself; problems stay until they are put away.
const INFO_SECONDS: f64 = 8.0;
/// Notices seen at a time.
const SEEN: usize = 4;
const WIDTH: f32 = 360.0;

/// When each notice was first seen, and which are folded open.
#[derive(Default)]
pub struct NoticeCards {
    since: HashMap<u64, f64>,
    open: HashSet<u64>,
    /// Since when a popover is open.
    popup: Option<f64>,
}

impl NoticeCards {
    /// Draws the newest notices at the lower right, `above` what must not be covered. Where the `wall` is on show
    /// that says what goes wrong with the run.
    pub fn show(
        &mut self,
        ui: &Ui,
        (above, wall): (f32, bool),
        notices: &Notices,
        actions: &mut Vec<Action>,
    ) {
        self.since
            .retain(|id, _| notices.iter().any(|posted| posted.id == *id));
        self.open.retain(|id| self.since.contains_key(id));
        let on_show = |posted: &&PostedNotice| !(wall && posted.danger.is_some());
        if !notices.iter().any(|posted| on_show(&posted)) {
            return;
        }
        let newest: Vec<&PostedNotice> = notices.iter().rev().filter(on_show).take(SEEN).collect();
        let now = ui.input(|input| input.time);
        let popup = Popup::is_any_open(ui.ctx());
        self.popup = self.popup.or(Some(now)).filter(|_| popup);
        // What a popover brings about must not stand behind it.
        let is_new = |posted: &&PostedNotice| {
            let since = self.since.get(&posted.id).copied().unwrap_or(now);
            self.popup.is_some_and(|opened| since >= opened)
        };
        let (beside, below): (Vec<&PostedNotice>, Vec<&PostedNotice>) =
            newest.into_iter().rev().partition(is_new);
        let corner = vec2(-theme::WIDE, -theme::WIDE - above);
        let area = Area::new(Id::unique("notices")).order(Order::Middle);
        let area = area.anchor(Align2::RIGHT_BOTTOM, corner);
        self.column(ui, area, &below, actions);
        let corner = vec2(theme::WIDE, theme::BAR + theme::WIDE);
        let area = Area::new(Id::unique("notices of a popover")).order(Order::Tooltip);
        let area = area.anchor(Align2::LEFT_TOP, corner);
        self.column(ui, area, &beside, actions);
    }

    fn column(&mut self, ui: &Ui, area: Area, posted: &[&PostedNotice], actions: &mut Vec<Action>) {
        if posted.is_empty() {
            return;
        }
        area.show(ui.ctx(), |ui| {
            ui.set_width(WIDTH);
            for posted in posted {
                self.one(ui, posted, actions);
                ui.add_space(theme::TIGHT);
            }
        });
    }

    fn one(&mut self, ui: &mut Ui, posted: &PostedNotice, actions: &mut Vec<Action>) {
        let palette = palette(ui);
        let frame = Frame::new()
            .fill(palette.panel)
            .stroke(Stroke::new(1.0, palette.line))
            .corner_radius(theme::RADIUS)
            .shadow(ui.visuals().popup_shadow)
            .inner_margin(Margin::symmetric(12, 8));
        let id = posted.id;
        let card = frame.show(ui, |ui| {
            ui.set_width(WIDTH - 24.0);
            ui.horizontal_top(|ui| {
                let (dot, _) =
                    ui.allocate_exact_size(vec2(8.0, theme::CONTROL_SMALL), Sense::hover());
                ui.painter()
                    .circle_filled(dot.center(), 4.0, colour(posted.notice.level, palette));
                let folds = !posted.notice.details.is_empty();
                let buttons = if folds { 64.0 } else { 32.0 };
                ui.vertical(|ui| {
                    ui.set_width((ui.available_width() - buttons).max(40.0));
                    ui.add_space(2.0);
                    ui.add(egui::Label::new(summary(posted)).wrap());
                });
                if folds {
                    self.fold_button(ui, id);
                }
                let close = Button::icon_only(Icon::Close, "Dismiss").small();
                if ui.add(close.tip("Put this notice away.")).clicked() {
                    actions.push(Action::Frame(FrameAction::Dismiss(id)));
                }
            });
            if self.open.contains(&id) {
                let details = RichText::new(&posted.notice.details)
                    .font(theme::small())
                    .color(palette.muted);
                ui.add(egui::Label::new(details).wrap().selectable(true));
            }
        });
        let now = ui.input(|input| input.time);
        let since = self.since.entry(id).or_insert(now);
        let kept = self.open.contains(&id) || card.response.contains_pointer();
        if posted.notice.level != Level::Info {
            return;
        }
        if kept {
            *since = now;
        } else if now - *since > INFO_SECONDS {
            actions.push(Action::Frame(FrameAction::Dismiss(id)));
        } else {
            ui.ctx()
                .request_repaint_after(std::time::Duration::from_secs(1));
        }
    }

    fn fold_button(&mut self, ui: &mut Ui, id: u64) {
        let open = self.open.contains(&id);
        let (icon, name) = if open {
            (Icon::Down, "Hide details")
        } else {
            (Icon::Right, "Show details")
        };
        if ui
            .add(Button::icon_only(icon, name).small().tip(name))
            .clicked()
        {
            if open {
                self.open.remove(&id);
            } else {
                self.open.insert(id);
            }
        }
    }
}

fn summary(posted: &PostedNotice) -> RichText {
    let text = &posted.notice.summary;
    RichText::new(match posted.times {
        1 => text.clone(),
        times => format!("{text} (×{times})"),
    })
}

fn colour(level: Level, palette: &Palette) -> Color32 {
    match level {
        Level::Info => palette.green,
        Level::Warning => palette.yellow,
        Level::Error => palette.red,
    }
}
