"""Simulated whole-body bone scans whose truth is known: patients, disease, camera, cohorts, readers."""
