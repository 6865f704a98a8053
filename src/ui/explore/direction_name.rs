//! What is said of a direction: its name, where it comes from, and whether it does what it is called.

use egui::{RichText, Role, Sense, Ui, WidgetInfo, vec2};

use crate::latent::{Direction, LabelEffect, Method};
use crate::readable::capitalised;
use crate::ui::explore::direction_set::DirectionSet;
use crate::ui::explore::explorer::Explorer;
use crate::ui::theme::{self, palette};
use crate::ui::widgets::{Tip, note};

/// The set that the direction at `place` belongs to, where there is more than one and it is another one than that of
/// `before`.
pub fn heading(ui: &mut Ui, explorer: &Explorer, place: usize, before: &mut Option<DirectionSet>) {
    let pose = explorer.state.pose();
    if pose.made.is_empty() && pose.found.is_empty() {
        return;
    }
    let set = explorer.effects.set(place);
    if before.replace(set) != Some(set) {
        let title = RichText::new(set.title()).font(theme::small());
        ui.label(title.color(palette(ui).muted));
    }
}

/// Directions set by set, of each so many at most.
pub fn first_of_each<'a>(
    explorer: &Explorer,
    mut all: Vec<(usize, &'a Direction)>,
    most: usize,
) -> Vec<(usize, &'a Direction)> {
    let set = |place: usize| explorer.effects.set(place);
    all.sort_by_key(|(place, _)| (set(*place), *place));
    let mut counts = [0; DirectionSet::COUNT];
    all.retain(|(place, _)| {
        let count = &mut counts[set(*place) as usize]; // one a set
        *count += 1;
        *count <= most
    });
    all
}

/// Where a direction comes from, what it was seen to do, and how much it changes the picture.
pub fn about(direction: &Direction, change: Option<f32>) -> String {
    let mut about = comes_from(direction);
    if let Some(effect) = direction.effect() {
        about += "\n";
        about += &in_words(effect);
    }
    if let Some(change) = change {
        let percent = 100.0 * change / 255.0;
        about += &format!("\nFrom −3 σ to 3 σ colours change by {percent:.1} % on average.");
    }
    about
}

fn comes_from(direction: &Direction) -> String {
    match &direction.method {
        Method::Label { quality, .. } => format!(
            "Learnt from a label of the pictures; reliability {quality:.2} of 1 (InterFaceGAN)."
        ),
        Method::Jacobian { rank, share } => format!(
            "Singular vector {} of the whole generator's Jacobian: {:.1} % of all change of the picture.",
            rank + 1,
            100.0 * share
        ),
        Method::Pca { rank, share } => format!(
            "Principal component {} of the first layer's activations, {:.1} % of their variance (GANSpace).",
            rank + 1,
            100.0 * share
        ),
        Method::Sefa { rank } => {
            let rank = rank + 1;
            format!("Eigenvector {rank} of the first layer's weights (SeFa).")
        }
        Method::Examples { count } => format!(
            "From {} faces without it to {} faces with it.",
            count.1, count.0
        ),
    }
}

/// Whether a label's direction does what it is called.
fn in_words(effect: &LabelEffect) -> String {
    let (times, other) = (effect.strength(), &effect.other_name);
    if effect.own < 0.0 {
        return "Does not do what it is called: it changes its own label the other way.".to_owned();
    }
    if !effect.keeps_its_word() && times >= 1.0 {
        return "Does not do what it is called: it hardly changes its own label.".to_owned();
    }
    let beside = match other.as_str() {
        "" => "any other".to_owned(),
        other => format!("“{other}”, the most changed other one"),
    };
    let word = match times {
        _ if effect.is_clear() => "Does what it is called",
        1.0.. => "Changes something else, too",
        _ => "Does not do what it is called",
    };
    format!("{word}: it changes its own label {times:.1} times as much as {beside}.")
}

/// A dot that says whether a label's direction does what it is called.
pub fn dot(ui: &mut Ui, effect: &LabelEffect) {
    let palette = palette(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
    let text = in_words(effect);
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, &text));
    let is_clear = effect.is_clear();
    let ink = if is_clear {
        palette.green
    } else {
        palette.yellow
    };
    // Told apart without colours, too.
    match is_clear {
        true => ui.painter().circle_filled(rect.center(), 4.0, ink),
        false => ui
            .painter()
            .circle_stroke(rect.center(), 3.5, egui::Stroke::new(1.5, ink)),
    };
    response.tip(text);
}

/// Names those that are not offered.
pub fn left_out(ui: &mut Ui, explorer: &Explorer) {
    let all: Vec<&Direction> = explorer.state.left_out().collect();
    if all.is_empty() {
        return;
    }
    let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
    let lines = all.iter().filter_map(|one| {
        let words = in_words(one.effect()?);
        Some(format!("{}: {words}", capitalised(&one.name)))
    });
    let lines: Vec<String> = lines.collect();
    ui.add_space(theme::GAP);
    let text = format!(
        "Left out, for they do not do what they are called: {}",
        names.join(", ")
    );
    note(ui, text).tip(lines.join("\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_does_is_said_in_words() {
        let effect = |own, other, name: &str| LabelEffect {
            own,
            other,
            other_name: name.to_owned(),
        };
        assert_eq!(
            in_words(&effect(4.0, 1.0, "age")),
            "Does what it is called: it changes its own label 4.0 times as much as “age”, the most changed other one."
        );
        assert!(in_words(&effect(1.5, 1.0, "age")).starts_with("Changes something else"));
        assert!(in_words(&effect(0.5, 1.0, "age")).starts_with("Does not do"));
        assert!(in_words(&effect(4.0, 0.0, "")).contains("as much as any other"));
        assert!(in_words(&effect(-2.0, 0.5, "age")).ends_with("the other way."));
        assert!(in_words(&effect(0.2, 0.05, "age")).contains("hardly changes"));
    }
}
