"""The main job, act by act, as people do it in the browser: tests/scenarios/test_main_job.py plays them in order."""
