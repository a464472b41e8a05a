"""Erase or destroy what residents have written when its time is over."""
