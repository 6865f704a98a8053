//! The model's name in the top bar, and the menu that it opens.

use egui::{
    FontId, Popup, PopupCloseBehavior, Rect, RichText, Role, ScrollArea, Sense, Ui, WidgetInfo,
    pos2, vec2,
};

use super::row::{Row, line_of, no_picture, one_line};
use crate::readable;
use crate::ui::action::{Action, FrameAction, Screen};
use crate::ui::explore::action::ExploreAction;
use crate::ui::explore::state::ExploreState;
use crate::ui::frame::commands::Command;
use crate::ui::models::action::ModelsAction;
use crate::ui::shared::Shared;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::sheet::Sheet;
use crate::ui::widgets::{Button, Icon, Tip, focus_ring, note};
use crate::worker::jobs::dialog::Pick;
use crate::worker::jobs::models::look::now;
use crate::worker::jobs::models::{KnownModel, ModelPlace};

/// Width of the menu.
const MENU: f32 = 340.0;
/// Runs and files that the menu shows; the screen has them all.
const FEW: usize = 5;
/// Left and right of the name.
const PADDING: f32 = 8.0;
/// Room for the arrow beside it.
const ARROW: f32 = 16.0;

/// How wide the button of a name is.
pub fn width_of(ui: &Ui, name: &str) -> f32 {
    let text = one_line(ui, name, (font(), palette(ui).text), f32::INFINITY);
    text.size().x + 2.0 * PADDING + ARROW
}

fn font() -> FontId {
    theme::body()
}

/// What the button says: the name, what it stands for, and the most room it may take.
pub struct Name<'a> {
    pub name: &'a str,
    pub about: &'a str,
    pub width: f32,
}

/// The name as a button, and the menu where it is open. `wall` is that of the run, for its picture.
pub fn show(
    ui: &mut Ui,
    name: &Name<'_>,
    (explore, wall): (&ExploreState, &Sheet),
    shared: &Shared<'_>,
    actions: &mut Vec<Action>,
) {
    let ink = palette(ui).text;
    let text = one_line(
        ui,
        name.name,
        (font(), ink),
        name.width - 2.0 * PADDING - ARROW,
    );
    let size = vec2(text.size().x + 2.0 * PADDING + ARROW, theme::CONTROL);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let open = shared.models.switcher;
    response.widget_info(|| {
        let label = format!("Model: {}", name.name);
        WidgetInfo::selected(Role::Button, true, open, label)
    });
    if response.hovered() || open {
        ui.painter()
            .rect_filled(rect, theme::RADIUS, palette(ui).raised);
    }
    focus_ring(ui, &response, rect);
    let corner = pos2(rect.left() + PADDING, rect.center().y - text.size().y / 2.0);
    ui.painter().galley(corner, text, ink);
    let arrow = pos2(rect.right() - PADDING - 4.0, rect.center().y);
    Icon::Down.paint(ui.painter(), arrow, 10.0, palette(ui).muted);
    if response.clicked() {
        actions.push(Action::Models(ModelsAction::Switcher(Some(!open))));
    }
    let mut stays = open;
    Popup::from_response(&response)
        .open_bool(&mut stays)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name("Models to choose from")
        .show(|ui| menu(ui, explore, wall, shared, actions));
    if open && !stays {
        actions.push(Action::Models(ModelsAction::Switcher(Some(false))));
    }
    let tip = format!("{}\n{}", name.about, Command::SwitchModel.tip());
    response.tip(tip);
}

fn menu(
    ui: &mut Ui,
    explore: &ExploreState,
    wall: &Sheet,
    shared: &Shared<'_>,
    actions: &mut Vec<Action>,
) {
    ui.set_width(MENU);
    ui.spacing_mut().item_spacing.y = 1.0;
    let mut menu = Menu {
        shared,
        now: now(),
        seen: Vec::new(),
        first: true,
    };
    let most = (ui.ctx().content_rect().height() - 160.0).max(200.0);
    ScrollArea::vertical().max_height(most).show(ui, |ui| {
        ui.set_width(MENU);
        let all = shared.models.list.all();
        let of = |kind: fn(&ModelPlace) -> bool| all.iter().filter(move |model| kind(&model.place));
        live(ui, &mut menu, (explore, wall), actions);
        let shipped = of(|place| matches!(place, ModelPlace::Shipped(_)));
        menu.section(ui, "Built in", shipped.collect(), actions);
        let runs = of(|place| matches!(place, ModelPlace::Run(_)));
        menu.section(ui, "Runs", runs.take(FEW).collect(), actions);
        let files = of(|place| matches!(place, ModelPlace::File(_)));
        menu.section(ui, "Opened files", files.take(FEW).collect(), actions);
    });
    ui.add_space(theme::TIGHT);
    ui.separator();
    ui.horizontal(|ui| {
        let open = Button::new("Open…").tip("Choose a model file with the system's dialog.");
        if ui.add(open).clicked() {
            actions.push(Action::Models(ModelsAction::Switcher(Some(false))));
            actions.push(Action::Frame(FrameAction::Browse(Pick::Model)));
        }
        let all = Button::new("All models…").command(Command::ShowModels);
        if ui.add(all).clicked() {
            actions.push(Action::Models(ModelsAction::Switcher(Some(false))));
            actions.push(Action::Frame(FrameAction::Show(Screen::Models)));
        }
    });
    if shared.models.seen != menu.seen && shared.screen != Screen::Models {
        actions.push(Action::Models(ModelsAction::Seen(menu.seen)));
    }
}

/// The menu as it is drawn, from above.
struct Menu<'a> {
    shared: &'a Shared<'a>,
    now: u64,
    /// Models with a picture.
    seen: Vec<ModelPlace>,
    /// Whether nothing was drawn yet that can be pressed.
    first: bool,
}

impl Menu<'_> {
    fn section(
        &mut self,
        ui: &mut Ui,
        heading: &str,
        models: Vec<&KnownModel>,
        actions: &mut Vec<Action>,
    ) {
        if models.is_empty() {
            return;
        }
        ui.add_space(theme::TIGHT);
        note(ui, heading);
        for model in models {
            self.one(ui, model, actions);
        }
    }

    fn one(&mut self, ui: &mut Ui, model: &KnownModel, actions: &mut Vec<Action>) {
        let models = self.shared.models;
        let line = line_of(model, Some(self.now));
        let label = format!("Explore {}", model.name);
        let row = Row {
            label: &label,
            name: &model.name,
            line: &line,
            current: models.shown.as_ref() == Some(&model.place),
            enabled: !model.is_missing,
        };
        if !model.is_missing {
            self.seen.push(model.place.clone());
        }
        let response = ui
            .horizontal(|ui| {
                let close = if model.is_missing { 30.0 } else { 0.0 };
                let size = vec2(MENU - close - 2.0, super::row::ROW);
                let row = ui.allocate_ui(size, |ui| {
                    row.show(ui, |ui, rect| self.picture(ui, model, rect))
                });
                if model.is_missing {
                    let name = format!("Remove {} from the list", model.name);
                    let remove = Button::icon_only(Icon::Close, &name).small();
                    if ui.add(remove.tip("Take it off the list.")).clicked() {
                        actions.push(Action::Models(ModelsAction::Forget(model.place.clone())));
                    }
                }
                row.inner
            })
            .inner;
        self.focus(&response);
        if response.clicked() {
            actions.push(Action::Models(ModelsAction::Open(model.place.path())));
        }
        response.tip(model.place.path().display().to_string());
    }

    fn picture(&self, ui: &Ui, model: &KnownModel, rect: Rect) -> bool {
        if model.is_missing {
            no_picture(ui, rect, "?");
            return true;
        }
        self.shared
            .models
            .thumbs
            .paint(ui.painter(), &model.place, rect)
    }

    /// The first row takes the keyboard when the menu opens.
    fn focus(&mut self, response: &egui::Response) {
        if std::mem::take(&mut self.first) {
            let focused = response.ctx.memory(|memory| memory.focused());
            let pass = response.ctx.cumulative_pass_nr();
            let was_open = response.ctx.data_mut(|data| {
                let place = egui::Id::unique("pass in which the menu of models was drawn");
                let last: Option<u64> = data.get_temp(place);
                data.insert_temp(place, pass);
                last.is_some_and(|last| pass <= last + 3)
            });
            if !was_open || focused.is_none() {
                response.request_focus();
            }
        }
    }
}

/// The run, whose faces are not those of a file.
fn live(
    ui: &mut Ui,
    menu: &mut Menu<'_>,
    (explore, wall): (&ExploreState, &Sheet),
    actions: &mut Vec<Action>,
) {
    let Some(run) = &explore.run else { return };
    let session = menu.shared.session;
    let step = session.last.map_or(0, |last| last.step);
    let is_active = session.state.is_active() && !explore.faceless;
    let line = format!(
        "{} · step {}",
        if is_active {
            "learning now"
        } else {
            "as it ended"
        },
        readable::count(step)
    );
    note(ui, "Your run");
    let label = format!("Explore the run {}", run.name);
    let row = Row {
        label: &label,
        name: &run.name,
        line: &line,
        current: explore.explores_live(),
        enabled: true,
    };
    let response = row.show(ui, |ui, rect| {
        wall.paint(ui.painter(), 0, rect, theme::TILE_RADIUS)
    });
    menu.focus(&response);
    if response.clicked() {
        actions.push(Action::Models(ModelsAction::Switcher(Some(false))));
        actions.push(Action::Explore(ExploreAction::ShowRun));
    }
    response.tip(RichText::new("The generator of the run, as it learns."));
}
