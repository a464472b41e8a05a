"""What is decided about a pledge once its text is locked.

Each decision is dated, has a reason, and stands beside what was signed; nothing signed is changed.
"""
