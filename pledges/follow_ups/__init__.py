"""Follow up pledges: assess, approve, publish and remind."""
