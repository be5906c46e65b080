"""Patients for the doctor's own tests: right code in several styles, and one slip at a time put into its text."""
