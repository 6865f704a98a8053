//! The bell of the top bar, and the list of all notices that it opens.

use egui::{Align2, Color32, Frame, Margin, RichText, ScrollArea, Sense, Ui, vec2};

use super::notices::{colour, next_button, reason, step, summary};
use crate::readable;
use crate::session::{NoticeState, Notices, PostedNotice};
use crate::ui::action::{Action, FrameAction, FrameSheet};
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, Icon, note};

/// Opens the list, and shows how many notices may have been missed.
pub fn bell(ui: &mut Ui, notices: &Notices, actions: &mut Vec<Action>) {
    let unread = notices.unread();
    let name = match unread {
        0 => "Notices".to_owned(),
        count => format!("Notices, {count} unread"),
    };
    let button = Button::icon_only(Icon::Bell, &name);
    let response = ui.add(button.tip("What the program told you, the newest first."));
    if unread > 0 {
        let centre = response.rect.right_top() + vec2(-6.0, 7.0);
        let palette = palette(ui);
        ui.painter().circle_filled(centre, 7.0, palette.accent);
        let count = if unread > 9 {
            "9+".to_owned()
        } else {
            unread.to_string()
        };
        let font = egui::FontId::proportional(9.5);
        ui.painter().text(
            centre,
            Align2::CENTER_CENTER,
            count,
            font,
            palette.on_accent,
        );
    }
    if response.clicked() {
        let sheet = Some(FrameSheet::Notices);
        actions.push(Action::Frame(FrameAction::Sheet(sheet)));
    }
}

/// All notices, the newest first.
pub fn show(ui: &mut Ui, notices: &Notices, actions: &mut Vec<Action>) {
    let count = notices.history().count();
    if count == 0 {
        note(ui, "No notices yet. Problems and results appear here.");
        return;
    }
    let clear = Button::new("Clear").small().tip("Forget all of them.");
    if ui.add(clear).clicked() {
        actions.push(Action::Frame(FrameAction::ForgetNotices));
    }
    ui.add_space(theme::GAP);
    ScrollArea::vertical()
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for posted in notices.history() {
                ui.push_id(posted.id, |ui| one(ui, posted, actions));
                ui.add_space(theme::TIGHT);
            }
        });
}

fn one(ui: &mut Ui, posted: &PostedNotice, actions: &mut Vec<Action>) {
    let palette = palette(ui);
    let is_over = posted.state == NoticeState::Over;
    let ink = |colour: Color32| if is_over { palette.muted } else { colour };
    let frame = Frame::new()
        .fill(palette.ground)
        .corner_radius(theme::RADIUS)
        .inner_margin(Margin::symmetric(12, 8));
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width() - theme::GAP);
        ui.horizontal_top(|ui| {
            let size = vec2(8.0, theme::CONTROL_SMALL - 4.0);
            let (dot, _) = ui.allocate_exact_size(size, Sense::hover());
            let dot_colour = ink(colour(posted.notice.level, palette));
            ui.painter().circle_filled(dot.center(), 4.0, dot_colour);
            ui.vertical(|ui| {
                let text = RichText::new(summary(posted)).color(ink(palette.text));
                ui.add(egui::Label::new(text).wrap().selectable(true));
                for line in details(posted) {
                    let text = RichText::new(line)
                        .font(theme::small())
                        .color(palette.muted);
                    ui.add(egui::Label::new(text).wrap().selectable(true));
                }
                ui.horizontal(|ui| {
                    note(ui, when(posted, is_over));
                    let next = posted.notice.next.as_ref().and_then(step);
                    if let Some(next) = next.filter(|_| !is_over) {
                        next_button(ui, next, posted.id, actions);
                    }
                });
            });
        });
    });
}

/// The reason, then causes and paths that it does not name, a line each.
fn details(posted: &PostedNotice) -> Vec<&str> {
    let reason = reason(&posted.notice);
    let others = posted.notice.details.lines();
    let others = others
        .filter(|line| !line.is_empty() && !reason.is_some_and(|reason| reason.contains(line)));
    reason.into_iter().chain(others).collect()
}

/// How long ago it was said.
fn when(posted: &PostedNotice, is_over: bool) -> String {
    let age = posted.at.elapsed();
    let age = match age.as_secs() {
        0..60 => "just now".to_owned(),
        _ => format!("{} ago", readable::span(age)),
    };
    if is_over {
        format!("{age} · over")
    } else {
        age
    }
}
