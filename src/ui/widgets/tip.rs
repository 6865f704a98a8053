//! Tooltips that leave the controls around in sight.

use egui::accesskit::Role;
use egui::containers::PopupAnchor;
use egui::{AreaState, Context, Id, Order, Rect, RectAlign, Response, Tooltip, Ui, WidgetText};

/// A tooltip may cover so much of a control beside its own.
const LITTLE: f32 = 0.1;
/// Between a control and its tooltip.
const GAP: f32 = 4.0;
/// A part of the window that is narrower than this share of it is a column, beside which there is room.
const COLUMN: f32 = 0.4;
/// What all that is covered counts beside the control that is covered most.
const OTHERS: f32 = 0.05;
/// At this distance a control is half as likely to be wanted next as one that touches.
const NEXT: f32 = 32.0;
/// Deeper than this no control lies in the parts of the window.
const DEEPEST: usize = 16;

/// Where tooltips are read first.
const ALIGNS: [RectAlign; 8] = [
    RectAlign::BOTTOM_START,
    RectAlign::BOTTOM_END,
    RectAlign::TOP_START,
    RectAlign::TOP_END,
    RectAlign::RIGHT_START,
    RectAlign::LEFT_START,
    RectAlign::RIGHT_END,
    RectAlign::LEFT_END,
];

/// Gives a control tooltips.
pub trait Tip: Sized {
    /// Shows `text` while the control can be used.
    fn tip(self, text: impl Into<WidgetText>) -> Self;
    /// Shows `text` while the control cannot be used.
    fn tip_disabled(self, text: impl Into<WidgetText>) -> Self;
    /// Shows `text` whether the control can be used or not.
    fn tip_always(self, text: impl Into<WidgetText>) -> Self;
    /// Shows what `draw` draws, while the control can be used.
    fn tip_ui(self, draw: impl FnOnce(&mut Ui)) -> Self;
}

impl Tip for Response {
    fn tip(self, text: impl Into<WidgetText>) -> Self {
        let text = text.into();
        if text.is_empty() {
            return self;
        }
        describe(&self, text.text());
        self.tip_ui(|ui| {
            ui.label(text);
        })
    }

    fn tip_disabled(self, text: impl Into<WidgetText>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            let tooltip = place(Tooltip::for_disabled(&self), &self);
            tooltip.show(|ui| within(ui, |ui| ui.label(text)));
        }
        self
    }

    fn tip_always(self, text: impl Into<WidgetText>) -> Self {
        let text = text.into();
        self.tip(text.clone()).tip_disabled(text)
    }

    fn tip_ui(self, draw: impl FnOnce(&mut Ui)) -> Self {
        let tooltip = place(Tooltip::for_enabled(&self), &self);
        tooltip.show(|ui| within(ui, draw));
        self
    }
}

/// A tooltip whose text changes would get narrower from one text to the next (egui issue 5167).
fn within<R>(ui: &mut Ui, draw: impl FnOnce(&mut Ui) -> R) -> R {
    ui.set_max_width(ui.spacing().tooltip_width);
    draw(ui)
}

/// For screen readers, as egui's own tooltips do; what has no name is called by it.
fn describe(response: &Response, text: &str) {
    if !response.ctx.has_accesskit_node(response.id) {
        return;
    }
    response.ctx.accesskit_node_builder(response.id, |node| {
        if node.description().is_none() {
            node.set_description(text);
        }
        let is_named = node.role() == Role::Label
            || !node.labelled_by().is_empty()
            || node.label().is_some_and(|label| !label.is_empty());
        if !is_named {
            node.set_label(text);
        }
    });
}

/// Puts a tooltip where it covers as little as possible of other controls.
fn place<'t>(mut tooltip: Tooltip<'t>, response: &Response) -> Tooltip<'t> {
    let ctx = &response.ctx;
    if !tooltip.popup.is_open() {
        return tooltip;
    }
    let id = Tooltip::next_tooltip_id(ctx, response.id);
    if id != Tooltip::tooltip_id(response.id, 0) {
        // egui puts it below the one that is shown already.
        return tooltip;
    }
    // Known from the first pass on, which is not seen.
    let Some(size) = AreaState::load(ctx, id).and_then(|area| area.size) else {
        return tooltip;
    };
    let (around, others) = around(ctx, response);
    let screen = ctx.content_rect();
    let mut best: Option<(f32, Rect, RectAlign)> = None;
    for (anchor, align) in around
        .iter()
        .flat_map(|anchor| ALIGNS.map(|align| (*anchor, align)))
    {
        let rect = align.align_rect(&anchor, size, GAP);
        if !screen.contains_rect(rect) {
            continue;
        }
        let covered = covered(rect, response.interact_rect, &others);
        if best.is_none_or(|(least, ..)| covered < least) {
            best = Some((covered, anchor, align));
        }
        if covered < LITTLE {
            break;
        }
    }
    if let Some((_, anchor, align)) = best {
        let popup = tooltip.popup.anchor(PopupAnchor::ParentRect(anchor));
        tooltip.popup = popup.gap(GAP).align(align).align_alternatives(&[]);
    }
    tooltip
}

/// How much a tooltip at `rect` of the control `own` hides that may be wanted next.
fn covered(rect: Rect, own: Rect, others: &[Rect]) -> f32 {
    let each = others.iter().map(|other| {
        let next = NEXT / (NEXT + gap(own, *other));
        share(rect, *other) * next
    });
    let (most, all) = each.fold((0.0_f32, 0.0), |(most, all), one| {
        (most.max(one), all + one)
    });
    // One that is covered wholly hurts more than several of which something is left.
    most + OTHERS * all
}

/// What a tooltip can stand beside: the control, or the column that it is in; and all other controls.
fn around(ctx: &Context, response: &Response) -> (Vec<Rect>, Vec<Rect>) {
    // What is in sight of it.
    let own = response.interact_rect;
    let column = COLUMN * ctx.content_rect().width();
    ctx.viewport(|viewport| {
        let widgets = &viewport.prev_pass.widgets;
        let parent = |id: Id| widgets.get(id).map(|widget| widget.parent_id);
        let mut beside = vec![own];
        let mut above = parent(response.id);
        for _ in 0..DEEPEST {
            let Some(part) = above.and_then(|id| widgets.get(id)) else {
                break;
            };
            let across = part.interact_rect.x_range();
            if across.span() < column && across.span() > own.width() {
                beside.push(Rect::from_x_y_ranges(across, own.y_range()));
            }
            above = parent(part.id).filter(|id| *id != part.id);
        }
        let others = widgets
            .layers()
            .filter(|(layer, _)| layer.order != Order::Tooltip)
            .flat_map(|(_, widgets)| widgets)
            .filter(|widget| {
                widget.visible && widget.sense.interactive() && widget.id != response.id
            })
            .map(|widget| widget.interact_rect)
            // What holds the control, such as what scrolls it, is no other one.
            .filter(|rect| rect.is_positive() && !rect.contains_rect(own))
            .collect();
        (beside, others)
    })
}

/// How much of `other` is covered by `rect`.
fn share(rect: Rect, other: Rect) -> f32 {
    let both = rect.intersect(other);
    if both.is_positive() {
        both.area() / other.area()
    } else {
        0.0
    }
}

/// How far apart two are.
fn gap(one: Rect, other: Rect) -> f32 {
    let x = (other.left() - one.right()).max(one.left() - other.right());
    let y = (other.top() - one.bottom()).max(one.top() - other.bottom());
    x.max(y).max(0.0)
}
