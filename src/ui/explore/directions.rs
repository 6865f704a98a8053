//! Filmstrip sliders: one for each direction.

use egui::{Align, DragValue, Layout, Popup, ScrollArea, TextEdit, Ui, vec2};

use super::{direction_name, label_table, menu};
use crate::latent::{Direction, Latent};
use crate::readable::capitalised;
use crate::session::Move;
use crate::ui::action::Action;
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::choices::{FEW, NameEdit, SearchMethod};
use crate::ui::explore::explorer::Explorer;
use crate::ui::explore::state::ExploreState;
use crate::ui::explore::view::{STRIPS, View};
use crate::ui::frame::commands::{Place, with_keys};
use crate::ui::gestures::Control;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{
    self, Button, Filmstrip, Icon, Tip, Typed, cut, note, number, plain, progress,
};

/// Faces of a strip.
pub const CELLS: usize = 7;
/// Typed numbers may go further than the strip.
const FURTHEST: f64 = 8.0;
/// Height of a strip's name and of the space between strips.
const NAME: f32 = 22.0;
/// Height of the way to more.
const MORE: f32 = 40.0;

/// The faces of a strip around `current`, from `reach` σ below the middle to `reach` σ above.
pub fn faces_along(direction: &Direction, reach: f32, current: &Latent) -> Vec<Latent> {
    let step = 2.0 * reach / (CELLS - 1) as f32;
    (0..CELLS)
        .map(|place| direction.moved_to(current, place as f32 * step - reach))
        .collect()
}

pub fn show(ui: &mut Ui, state: &ExploreState, explorer: &Explorer, actions: &mut Vec<Action>) {
    search_progress(ui, state, actions);
    let wanted = state.controls.search.trim().to_lowercase();
    let all: Vec<(usize, &Direction)> = explorer
        .state
        .directions()
        .enumerate()
        .take(STRIPS)
        .collect();
    let named = |direction: &Direction| direction.name.to_lowercase().contains(&wanted);
    let matching: Vec<(usize, &Direction)> = all
        .into_iter()
        .filter(|(_, direction)| named(direction))
        .collect();
    let mut visible = Vec::new();
    let bottom = theme::CONTROL + theme::GAP;
    let height = (ui.available_height() - bottom).max(80.0);
    // A high window has room for more than a few.
    let one_high = NAME + ui.available_width() / CELLS as f32 + theme::GAP + theme::TIGHT;
    let fit = ((height - MORE) / one_high) as usize;
    let most = match wanted.is_empty() {
        true => state.controls.listed().max(fit),
        false => usize::MAX,
    };
    let count = matching.len();
    let listed = direction_name::first_of_each(explorer, matching, most);
    let left = count - listed.len();
    ScrollArea::vertical()
        .auto_shrink(false)
        .max_height(height)
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            let mut set = None;
            for &(place, direction) in &listed {
                direction_name::heading(ui, explorer, place, &mut set);
                let top = ui.cursor().top();
                one(ui, state, explorer, (place, direction), actions);
                let rect =
                    egui::Rect::from_x_y_ranges(ui.max_rect().x_range(), top..=ui.cursor().top());
                if ui.is_rect_visible(rect) {
                    visible.push(place);
                }
            }
            more(ui, left, actions);
            if listed.is_empty() {
                nothing(ui, &wanted);
            }
            direction_name::left_out(ui, explorer);
            label_table::show(ui, &state.controls.label_reports);
        });
    if visible != state.controls.visible {
        actions.push(Action::Explore(ExploreAction::Visible(visible)));
    }
    search(ui, state, left, actions);
}

/// How far the search for directions is, and a way out.
fn search_progress(ui: &mut Ui, state: &ExploreState, actions: &mut Vec<Action>) {
    let Some((method, job)) = &state.controls.direction_search else {
        return;
    };
    let text = match method {
        SearchMethod::Labels => "Looking for what changes each label…",
        SearchMethod::Jacobian => "Looking for what changes the picture…",
        SearchMethod::Pca | SearchMethod::Sefa => "Looking for directions…",
    };
    ui.horizontal(|ui| {
        note(ui, text);
        progress(ui, "Directions found", job.share(), 72.0);
        let stop = Button::icon_only(Icon::Close, "Stop looking").small();
        if ui.add(stop.tip("Look for no directions.")).clicked() {
            actions.push(Action::Explore(ExploreAction::StopFinding));
        }
    });
}

/// The way to directions that are not listed yet.
fn more(ui: &mut Ui, count: usize, actions: &mut Vec<Action>) {
    let text = format!("Show {} more", count.min(FEW));
    let more = Button::new(&text).name("More directions").quiet();
    if count > 0 && ui.add(more.tip("List more directions.")).clicked() {
        actions.push(Action::Explore(ExploreAction::More));
    }
}

fn nothing(ui: &mut Ui, wanted: &str) {
    ui.add_space(theme::WIDE);
    note(
        ui,
        match wanted {
            "" => {
                "No directions are known for this model yet. New looks for some, or makes one from examples."
            }
            _ => "No direction has this in its name.",
        },
    );
}

fn search(ui: &mut Ui, state: &ExploreState, more: usize, actions: &mut Vec<Action>) {
    let mut text = state.controls.search.clone();
    let hint = match more {
        0 => "Find a direction".to_owned(),
        more => format!("Find a direction · {more} more"),
    };
    let field = TextEdit::singleline(&mut text)
        .hint_text(hint)
        .align(egui::Align2::LEFT_CENTER);
    let response = ui.add_sized(vec2(ui.available_width(), theme::CONTROL), field);
    ui.ctx()
        .accesskit_node_builder(response.id, |node| node.set_label("Find a direction"));
    if response.changed() {
        actions.push(Action::Explore(ExploreAction::Search(text)));
    }
    response.tip("List only directions that have this in their names.");
}

/// A strip with its name and value.
fn one(
    ui: &mut Ui,
    state: &ExploreState,
    explorer: &Explorer,
    (place, direction): (usize, &Direction),
    actions: &mut Vec<Action>,
) {
    let pose = explorer.state.pose();
    let now = direction.coordinate(&pose.current);
    let mut to = now;
    let control = Control::Direction(place);
    let reach = explorer.effects.reach(place);
    ui.horizontal(|ui| {
        ui.set_min_height(NAME);
        let about = direction_name::about(direction, explorer.effects.of(place));
        name(ui, state, (place, direction, pose.made.len()), &about, actions);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().interact_size.y = 20.0;
            let rests = &mut ui.visuals_mut().widgets.inactive;
            (rests.weak_bg_fill, rests.bg_stroke) = (egui::Color32::TRANSPARENT, egui::Stroke::NONE);
            ui.visuals_mut().override_text_color = Some(palette(ui).muted);
            let field = DragValue::new(&mut to)
                .speed(0.02)
                .clamp_existing_to_range(false)
                .custom_formatter(|value, _| in_sigmas(value));
            let (size, range) = (ui.spacing().interact_size, -FURTHEST..=FURTHEST);
            let sigmas = |text: &str| plain(&text.replace('σ', ""));
            // The tooltip comes after the name: it would become the name.
            ui.name_inputs(format!("{} in σ", direction.name), |ui| number(ui, size, field, range, sigmas))
                .tip("How far along this direction the face is, in standard deviations of random faces. Drag, or type a number.");
        });
    });
    let typed = to != now;
    let width = ui.available_width() - 4.0;
    let film = Filmstrip {
        name: &direction.name,
        sheet: explorer.faces.sheet(View::Strip(place)),
        cells: CELLS,
        ends: (-reach, reach),
        value: to,
        rest: direction.coordinate(&pose.before),
        step: 0.1,
        on: true,
    };
    let height = (width / CELLS as f32).floor();
    let filmed = film.show(ui, vec2(width, height));
    ui.add_space(theme::GAP);
    // A value that was only rounded on its way through the field is none.
    let typed = typed && (to - now).abs() > 1e-4;
    if let Some(value) = filmed.value.or(typed.then_some(to)) {
        let gesture = (!filmed.stepped).then_some(control);
        let what = Move::Along(Box::new(direction.clone()), value);
        actions.push(Action::moved(what, gesture));
    }
    let current = &explorer.state.pose().current;
    let face = |cell| faces_along(direction, reach, current).swap_remove(cell);
    menu::of_strip(&filmed.response, CELLS, face, current, actions);
    // Whoever has dragged one knows, and wants to see the strips below; the name still tells.
    let known = egui::Id::unique("strips are known");
    if filmed.value.is_some() {
        ui.data_mut(|data| data.insert_temp(known, true));
    } else if !ui.data(|data| data.get_temp(known)).unwrap_or(false) {
        let about = with_keys(ABOUT_STRIPS, &[Place::Filmstrip]);
        filmed.response.tip(about);
    }
}

/// What a strip is good for.
const ABOUT_STRIPS: &str = "Drag to change the face. Double-click: back to where it was. The wheel, after a click, goes in small steps.";

/// The direction's name; one that a person made has a menu and can be typed anew.
fn name(
    ui: &mut Ui,
    state: &ExploreState,
    (place, direction, made): (usize, &Direction, usize),
    about: &str,
    actions: &mut Vec<Action>,
) {
    if let Some(NameEdit::Direction(at, text)) = &state.controls.naming
        && *at == place
        && place < made
    {
        if let Some(name) = typed_name(
            ui,
            text,
            "Name of the direction",
            |text| NameEdit::Direction(place, text),
            actions,
        ) {
            actions.push(Action::moved(Move::RenameDirection(place, name), None));
        }
        return;
    }
    let text = capitalised(&direction.name);
    let room = ui.available_width() - 84.0;
    ui.scope(|ui| {
        ui.set_max_width(room);
        let about = format!("{about}\n{ABOUT_STRIPS}");
        cut(ui, text, with_keys(&about, &[Place::Filmstrip]));
    });
    if let Some(effect) = direction.effect() {
        direction_name::dot(ui, effect);
    }
    if place < made {
        let label = format!("More about {}", direction.name);
        let more = Button::icon_only(Icon::More, &label).small();
        let response = ui.add(more.tip("Rename or remove this direction."));
        Popup::menu(&response).show(|ui| {
            if ui.button("Rename…").clicked() {
                let naming = NameEdit::Direction(place, direction.name.clone());
                actions.push(Action::Explore(ExploreAction::EditName(Some(naming))));
                ui.close();
            }
            if ui.button("Remove").clicked() {
                actions.push(Action::moved(Move::DropDirection(place), None));
                ui.close();
            }
        });
    }
}

/// A field for a name that is being typed; gives it when it is done. Escape leaves the old one.
pub fn typed_name(
    ui: &mut Ui,
    text: &str,
    label: &str,
    naming: impl Fn(String) -> NameEdit,
    actions: &mut Vec<Action>,
) -> Option<String> {
    let edit = |naming| Action::Explore(ExploreAction::EditName(naming));
    match widgets::typed_name(ui, text, label) {
        Typed::Nothing => None,
        Typed::Changed(name) => {
            actions.push(edit(Some(naming(name))));
            None
        }
        Typed::Emptied => {
            actions.push(edit(None));
            None
        }
        Typed::Done(name) => {
            actions.push(edit(None));
            name
        }
    }
}

/// `+1.4 σ`.
fn in_sigmas(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    match rounded {
        0.0 => "0.0 σ".to_owned(),
        rounded if rounded < 0.0 => format!("−{:.1} σ", -rounded),
        rounded => format!("+{rounded:.1} σ"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::latent::Method;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(in_sigmas(1.44), "+1.4 σ");
        assert_eq!(in_sigmas(-0.6), "−0.6 σ");
        assert_eq!(in_sigmas(-0.04), "0.0 σ");
    }

    #[test]
    fn a_strip_goes_through_the_face() {
        let direction = Direction {
            name: "x".into(),
            method: Method::Sefa { rank: 0 },
            sigma: vec![0.0, 1.0],
        };
        let faces = faces_along(&direction, 3.0, &Latent(vec![5.0, 0.7]));
        let values: Vec<f32> = faces.iter().map(|face| face.0[1]).collect();
        assert_eq!(values, [-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0]);
        assert!(faces.iter().all(|face| face.0[0] == 5.0));
    }
}
