"""What is asked of a host, topic by topic. Users see the class Host, which has all of it."""
