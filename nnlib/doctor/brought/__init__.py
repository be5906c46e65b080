"""Code brought as it is: how it takes its samples, the slopes of its own forward pass beside its gradients, what explains them.

The path of a verdict, each line a value that the next one is made of and that nobody changes:

    Patient, Samples      the learner's code, run and put back; the samples that it is run on        patient, samples
    Reading               what the code says the gradient of each array is                           reading, matching
    Slope                 the slope of a cost by each array, with error bars                         truth
    Seen, Fit             both side by side: each array right, a factor, wrong; the way of reading
                          under which most is right                                                  compare, examination
    Explanation           the first explanation that comes to something: penalty, of_samples, of_steps, way_back,
                          naming (the contract's engine, where dense finds layers), by_arrays, one_neuron, repaired
    Verdict               in the learner's own names                                                 diagnose
"""
