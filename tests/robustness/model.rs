//! Model files as people have them, and files made for sharing.
