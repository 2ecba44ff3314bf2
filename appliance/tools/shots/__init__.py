"""Pictures of every screen in every state, and what each must satisfy."""
