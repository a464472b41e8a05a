"""The task queue: what is done beside the pages, which never wait for it.

A job is put on the queue in the transaction of what it is about, so neither is there without the
other. A worker (`manage.py work`, which `manage.py serve` starts) takes it from there: what fails
is tried again after growing pauses, what a killed worker had begun is taken up again, and what
never succeeds waits for the operator at /arbetsyta/jobb/. The queue is procrastinate's, in the
portal's own database.

A job can therefore be done twice: each sees for itself whether there is anything left to do. Its
arguments are kept in the database and named in the log, so they are keys or sealed, never personal
data.
"""
