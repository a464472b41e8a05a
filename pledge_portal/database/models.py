"""No tables of its own.

Django tells an app that migrations have run only if it has this module.
"""
