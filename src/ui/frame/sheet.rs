//! What stands before the screens: help, About, notices and files.

use egui::{Align, Frame, Id, Layout, Modal, RichText, Ui, vec2};

use super::state::FrameState;
use super::{about, browser, help, notice_list};
use crate::ui::action::{Action, FrameAction, FrameSheet};
use crate::ui::frame::commands::Command;
use crate::ui::shared::Shared;
use crate::ui::theme;
use crate::ui::widgets::{Button, Icon};

/// Room that is left around it.
const AROUND: f32 = 48.0;
/// Its margins, and what egui puts around what it holds.
const FRAME: f32 = 2.0 * theme::WIDE;

/// Draws the one that is open, if any.
pub fn show(ui: &Ui, state: &mut FrameState, shared: &Shared<'_>, actions: &mut Vec<Action>) {
    let Some(sheet) = state.sheet else {
        return;
    };
    let (title, width) = match sheet {
        FrameSheet::Help => ("Help: all keys", 780.0),
        FrameSheet::About => ("About Morphogan", 640.0),
        FrameSheet::Notices => ("Notices", 640.0),
        FrameSheet::Browser => (state.browser.title(), 640.0),
    };
    // Notices are few, mostly.
    let grows = sheet == FrameSheet::Notices;
    window(
        ui,
        title,
        (width, grows),
        actions,
        |ui, actions| match sheet {
            FrameSheet::Help => help::show(ui, &mut state.help, shared.screen),
            FrameSheet::About => about::show(ui, &mut state.about, actions),
            FrameSheet::Notices => notice_list::show(ui, &shared.session.notices, actions),
            FrameSheet::Browser => browser::show(ui, &mut state.browser, actions),
        },
    );
}

/// A sheet with its title and a way out, which `draw` fills; whether it is only as high as what is in it.
fn window(
    ui: &Ui,
    title: &str,
    (width, grows): (f32, bool),
    actions: &mut Vec<Action>,
    draw: impl FnOnce(&mut Ui, &mut Vec<Action>),
) {
    let most = ui.ctx().content_rect().size() - vec2(AROUND + FRAME, AROUND + FRAME);
    // Lists use what a large screen has.
    let height = (0.75 * most.y).max(640.0);
    let size = vec2(width, height).min(most);
    let frame = Frame::popup(ui.style()).inner_margin(theme::WIDE);
    let modal = Modal::new(Id::unique("sheet")).frame(frame);
    let modal = modal.show(ui.ctx(), |ui| {
        ui.set_min_width(size.x);
        ui.set_max_size(size);
        if !grows {
            ui.set_min_height(size.y);
        }
        let mut close = false;
        ui.horizontal(|ui| {
            ui.label(RichText::new(title).font(theme::title()));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let button = Button::icon_only(Icon::Close, Command::CloseSheet.name());
                close = ui.add(button.command(Command::CloseSheet)).clicked();
            });
        });
        ui.add_space(theme::GAP);
        draw(ui, actions);
        close
    });
    if modal.inner || modal.should_close() {
        actions.push(Action::Frame(FrameAction::Sheet(None)));
    }
}
