"""Which candidate gives the learner's numbers?"""
