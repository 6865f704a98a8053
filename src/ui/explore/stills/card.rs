//! Where the last picture went: on the stage, where it was asked for.

use egui::{Align, Frame, Label, Layout, Margin, Rect, RichText, Ui, UiBuilder, vec2};

use super::StillResult;
use super::action::StillAction;
use crate::ui::action::{Action, FrameAction};
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::state::ExploreState;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::saved_file::file_choices;
use crate::ui::widgets::{Button, Icon, Tip};

/// Height of the card, and its width at most.
const HEIGHT: f32 = 42.0;
const WIDTH: f32 = 600.0;
/// Room for the choices, and for the button that puts it away.
const CHOICES: f32 = 256.0;
const AWAY: f32 = 32.0;

/// Draws it at the foot of the stage, which is `area`.
pub fn card(ui: &mut Ui, state: &ExploreState, area: Rect, actions: &mut Vec<Action>) {
    let Some((result, _)) = state
        .stills
        .told
        .as_ref()
        .filter(|_| !state.stills.is_asking())
    else {
        return;
    };
    let size = vec2(WIDTH.min(area.width()), HEIGHT);
    let foot = area.center_bottom() - vec2(size.x / 2.0, size.y + theme::TIGHT);
    let rect = Rect::from_min_size(foot, size);
    // Over the stage, and no part of its layout: nothing moves when it comes.
    let mut over = ui.new_child(
        UiBuilder::new()
            .max_rect(rect)
            .id_salt("what came of a picture"),
    );
    let frame = Frame::popup(over.style()).inner_margin(Margin::symmetric(12, 7));
    frame.show(&mut over, |ui| {
        let row = Layout::left_to_right(Align::Center);
        let inner = vec2(size.x - 26.0, HEIGHT - 16.0);
        ui.allocate_ui_with_layout(inner, row, |ui| {
            ui.set_min_size(inner);
            ui.spacing_mut().item_spacing.x = theme::TIGHT;
            told(ui, result, inner.x, actions);
            let away = Button::icon_only(Icon::Close, "Put the message away").small();
            if ui.add(away.tip("Put this away.")).clicked() {
                let dismiss = ExploreAction::Still(StillAction::Dismiss);
                actions.push(Action::Explore(dismiss));
            }
        });
    });
}

/// What came of a picture, in a row of `width`.
fn told(ui: &mut Ui, result: &StillResult, width: f32, actions: &mut Vec<Action>) {
    let (text, about, room) = match result {
        StillResult::Saved(written) => {
            let name = written.path.file_name().unwrap_or_default();
            let (across, down) = written.size;
            let text = format!("Saved: {} · {across} × {down}", name.to_string_lossy());
            (text, written.path.display().to_string(), CHOICES)
        }
        StillResult::Copied((across, down)) => {
            let text = format!("{across} × {down} pixels are on the clipboard.");
            (text, String::new(), 0.0)
        }
        StillResult::Failed(notice) => {
            let about = format!("{}\n{}", notice.summary, notice.details);
            (notice.summary.clone(), about, 0.0)
        }
    };
    let is_wrong = matches!(result, StillResult::Failed(_));
    let ink = if is_wrong {
        palette(ui).red
    } else {
        palette(ui).text
    };
    let left = Layout::left_to_right(Align::Center);
    let size = vec2(width - room - AWAY, ui.available_height());
    ui.allocate_ui_with_layout(size, left, |ui| {
        ui.set_min_width(size.x);
        let label = ui.add(Label::new(RichText::new(text).color(ink)).truncate());
        if !about.is_empty() {
            label.tip(about);
        }
    });
    if let StillResult::Saved(written) = result
        && let Some(choice) = file_choices(ui)
    {
        let wish = FrameAction::WithFile(choice, written.path.clone());
        actions.push(Action::Frame(wish));
    }
}
