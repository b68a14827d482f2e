"""Organisations, people, their memberships and roles, invitations, sign-in and second factor."""
