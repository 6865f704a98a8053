//! What writes the way from A to B as an animation.

use egui::{Align, Context, DragValue, Id, Layout, RichText, Ui, vec2};

use crate::export::ending::GIF;
use crate::ui::ExportForm;
use crate::ui::action::{Action, FrameAction};
use crate::ui::data::action::DataAction;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::state::ExploreState;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Button, PathField, note, number, path_field, plain, progress};
use crate::worker::jobs::dialog::Pick;

/// Where it is remembered when the panel was drawn last.
fn place() -> Id {
    Id::unique("export panel")
}

/// Whether a person sees the panel, which tells what comes of an export.
pub fn is_on_show(ctx: &Context) -> bool {
    let drawn: Option<u64> = ctx.data(|data| data.get_temp(place()));
    drawn.is_some_and(|drawn| drawn + 2 >= ctx.cumulative_pass_nr())
}

pub fn show(ui: &mut Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    let pass = ui.ctx().cumulative_pass_nr();
    ui.data_mut(|data| data.insert_temp(place(), pass));
    let mut form = state.export.form.clone();
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        ui.label(RichText::new("Morph A to B").font(theme::heading()));
        let length = format!("GIF of {:.1} s", form.seconds());
        ui.label(
            RichText::new(length)
                .font(theme::small())
                .color(palette(ui).muted),
        );
    });
    ui.horizontal(|ui| {
        ui.set_min_height(theme::CONTROL);
        match state.export.share() {
            Some(share) => writing(ui, state, share, actions),
            None => numbers(ui, &mut form),
        }
    });
    if state.export.share().is_none() {
        ui.horizontal(|ui| to_file(ui, &mut form, actions));
        if !form.file.is_plain() {
            let to = form.file.target(GIF.ending);
            note(ui, format!("Goes to {}", to.display()));
        }
        came_of(ui, state, actions);
    }
    if form != state.export.form {
        actions.push(Action::Explore(ExploreAction::Animation(form)));
    }
}

/// What came of the last export: a notice would stand behind this panel.
fn came_of(ui: &mut Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    if let Some(failed) = &state.export.failed {
        let colour = palette(ui).red;
        ui.label(
            RichText::new(&failed.summary)
                .font(theme::small())
                .color(colour),
        )
        .on_hover_text(&failed.details);
    }
    let Some(path) = &state.export.done else {
        return;
    };
    ui.add_space(theme::TIGHT);
    let text = format!("Saved to {}", path.display());
    ui.add(egui::Label::new(text).wrap().selectable(true));
    let show = Button::new("Show in folder").small();
    if ui
        .add(show.tip("Open the folder that it lies in."))
        .clicked()
    {
        actions.push(Action::Data(DataAction::Reveal(path.clone())));
    }
}

fn numbers(ui: &mut Ui, form: &mut ExportForm) {
    field(ui, "Frames", "How many pictures the animation has.", |ui| {
        let frames = DragValue::new(&mut form.frames);
        number(ui, vec2(48.0, theme::CONTROL), frames, 2.0..=2000.0, plain);
    });
    let about = "How many of them are shown in a second; most viewers slow down above 50.";
    field(ui, "Per second", about, |ui| {
        let fps = DragValue::new(&mut form.fps).speed(0.2);
        number(ui, vec2(40.0, theme::CONTROL), fps, 1.0..=50.0, plain);
    });
    let about = "Every pixel becomes a square of this side.";
    field(ui, "Scale", about, |ui| {
        let scale = DragValue::new(&mut form.scale).speed(0.05);
        number(ui, vec2(36.0, theme::CONTROL), scale, 1.0..=32.0, plain);
    });
    ui.checkbox(&mut form.closed, "Loop")
        .on_hover_text("Go from A to B and back to A, so that the animation has no jump.");
}

fn to_file(ui: &mut Ui, form: &mut ExportForm, actions: &mut Vec<Action>) {
    let width = (ui.available_width() - 104.0).max(160.0);
    let hint = "Path of the .gif file";
    let field = path_field(ui, "Animation file", hint, &mut form.file.path, width);
    if field == Some(PathField::Browse) {
        actions.push(Action::Frame(FrameAction::Browse(Pick::NewGif)));
    }
    let export = Button::new("Export GIF")
        .primary()
        .tip("Write the animation with the faces as they are now.");
    let named = !form.file.path.trim().is_empty();
    if ui.add_enabled(named, export).clicked() {
        actions.push(Action::Explore(ExploreAction::WriteAnimation));
    }
}

fn field<R>(ui: &mut Ui, name: &str, about: &str, control: impl FnOnce(&mut Ui) -> R) -> R {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        ui.label(RichText::new(name).color(palette(ui).muted))
            .on_hover_text(about);
        ui.name_inputs(name, control)
    })
    .inner
}

/// How far the animation is, and a way out.
fn writing(ui: &mut Ui, state: &ExploreState, share: f32, actions: &mut Vec<Action>) {
    progress(ui, "Animation written", share, 240.0);
    let text = if state.export.is_cancelled() {
        "cancelling…".to_owned()
    } else {
        format!("{:.0} %", 100.0 * share)
    };
    ui.label(RichText::new(text).color(palette(ui).muted));
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let cancel = Button::new("Cancel")
            .name("Cancel the export")
            .tip("Write nothing.");
        if ui
            .add_enabled(!state.export.is_cancelled(), cancel)
            .clicked()
        {
            actions.push(Action::Explore(ExploreAction::CancelAnimation));
        }
    });
}
