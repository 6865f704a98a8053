//! What D of the run says of a face, whatever is explored meanwhile.

use egui::Context;

use super::explorer::Explorer;
use super::faces::{Faces, Source};
use super::state::ExploreState;
use super::view::View;
use crate::latent::Latent;
use crate::notice::Notice;

impl ExploreState {
    /// Asks the run's discriminator about `face`; gives how real it takes it for, 0..1, once it has said so.
    /// Also what its thread has to say, where nobody else asks.
    pub fn judge(&mut self, face: Option<&Latent>, ctx: &Context) -> (Option<f32>, Option<Notice>) {
        let is_parked = !self.explores_live();
        let Some(faces) = self.faces_of_run() else {
            return (None, None);
        };
        match face {
            Some(face) => faces.want(View::Judged, std::slice::from_ref(face)),
            None => faces.forget(View::Judged),
        }
        let notice = if is_parked { faces.drain(ctx) } else { None };
        (faces.judged(), notice)
    }

    fn faces_of_run(&mut self) -> Option<&mut Faces> {
        let shown = self.explorer.as_mut().into_iter();
        let mut all = shown.chain(self.parked.as_mut());
        let is_live = |explorer: &&mut Explorer| explorer.faces.source == Source::Live;
        all.find(is_live).map(|explorer| &mut explorer.faces)
    }
}
