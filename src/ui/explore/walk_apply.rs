//! Lets the face wander and holds it: what the window does of a walk.

use crate::ui::action::Screen;
use crate::ui::explore::action::{ExploreAction, PaintAction, PhotoAction, PullAction};
use crate::ui::explore::choices::Centre;
use crate::ui::explore::state::ExploreState;
use crate::ui::host::Host;

/// A face that wanders does not leap where the window stood still, in seconds.
const LONGEST_FRAME: f32 = 0.1;

/// Whether a person takes the face in hand: one that wanders by itself stays there.
pub(super) fn is_touch(action: &ExploreAction) -> bool {
    use ExploreAction as Does;
    matches!(
        action,
        Does::Move(..)
            | Does::Undo
            | Does::Redo
            | Does::MoreLike(_)
            | Does::Likeness(_)
            | Does::NewWall
            | Does::Centre(_)
            | Does::TakeFaces(_)
            | Does::Photo(PhotoAction::Find { .. })
            | Does::Paint(PaintAction::Dab(..))
            | Does::Pull(PullAction::Take(_))
    )
}

impl ExploreState {
    pub(super) fn toggle_walk(&mut self) {
        let walk = &mut self.controls.walk;
        match &self.explorer {
            _ if walk.is_on() => walk.stop(),
            Some(explorer) => walk.start(&explorer.state, self.controls.centre == Centre::Pad),
            None => {}
        }
    }

    /// A face that wanders goes on where it is seen.
    pub(super) fn follow_walk(&mut self, host: &Host<'_>) {
        let walk = &mut self.controls.walk;
        if host.screen != Screen::Explore || !walk.is_on() {
            return;
        }
        if let Some(explorer) = &mut self.explorer {
            let since = host.ctx.input(|input| input.stable_dt).min(LONGEST_FRAME);
            walk.advance(f64::from(since), &mut explorer.state);
            host.ctx.request_repaint();
        }
    }
}
