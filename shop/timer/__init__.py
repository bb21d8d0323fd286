"""The timer: small jobs that run every so often, by `manage.py tick` (the `worker` process).

A job is a function without arguments that may run at any time, twice or late, and does no harm by it.
Jobs are named in the setting TIMER_JOBS: dotted path, and seconds between two runs.
"""
