"""Findings at suppliers with their corrective actions: from the plan to the check that the remedy works."""
