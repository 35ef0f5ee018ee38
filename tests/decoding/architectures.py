"""Small random models of transformers' causal types.

SMALL has small values of the settings that many types share; a type gets those that it has.
"""
import dataclasses
import inspect

import torch
from transformers import CONFIG_MAPPING, AutoModelForCausalLM, PretrainedConfig
from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING_NAMES

TYPES = tuple(MODEL_FOR_CAUSAL_LM_MAPPING_NAMES)
VOCABULARY, POSITIONS, MAX_WEIGHTS = 97, 64, 40_000_000
SCALE = 5  # of the initial weights: the distributions get less flat, so a wrong position or order shows
SMALL = {
    "vocab_size": VOCABULARY, "max_position_embeddings": POSITIONS, "n_positions": POSITIONS, "n_ctx": POSITIONS,
    "max_seq_len": POSITIONS, "context_length": POSITIONS,
    **dict.fromkeys(["hidden_size", "d_model", "n_embd", "emb_dim", "embedding_size", "word_embed_proj_dim",
                     "input_embedding_size", "output_embedding_size"], 32),
    **dict.fromkeys(["num_hidden_layers", "n_layer", "n_layers", "num_layers", "decoder_layers", "encoder_layers",
                     "num_decoder_layers", "num_encoder_layers", "num_blocks"], 2),
    **dict.fromkeys(["num_attention_heads", "n_head", "n_heads", "num_heads", "attention_heads",
                     "decoder_attention_heads", "encoder_attention_heads", "num_decoder_attention_heads",
                     "num_encoder_attention_heads"], 4),
    **dict.fromkeys(["num_key_value_heads", "num_kv_heads"], 2),
    **dict.fromkeys(["head_dim", "dim_head", "d_head", "kv_channels"], 8),
    **dict.fromkeys(["intermediate_size", "moe_intermediate_size", "ffn_dim", "decoder_ffn_dim", "encoder_ffn_dim",
                     "n_inner", "d_inner", "dff", "dim_ff", "ffn_hidden_size", "shared_expert_intermediate_size",
                     "prefix_dense_intermediate_size", "expert_ffn_hidden_size", "dense_intermediate_size",
                     "intermediate_size_mlp", "moe_shared_expert_intermediate_size",
                     "shared_experts_intermediate_size", "feed_forward_size"], 48),
    **dict.fromkeys(["num_experts", "n_routed_experts", "num_local_experts", "moe_num_experts"], 4),
    **dict.fromkeys(["num_experts_per_tok", "moe_topk", "moe_k", "top_k_experts"], 2),
    **dict.fromkeys(["n_group", "topk_group", "mamba_n_groups", "n_groups", "mamba_ngroups"], 1),
    **dict.fromkeys(["kv_lora_rank", "q_lora_rank", "o_lora_rank"], 16),
    **dict.fromkeys(["qk_rope_head_dim", "qk_nope_head_dim", "v_head_dim", "index_head_dim", "rotary_dim"], 8),
    **dict.fromkeys(["linear_num_key_heads", "linear_num_value_heads", "index_n_heads", "linear_num_heads"], 4),
    **dict.fromkeys(["linear_key_head_dim", "linear_value_head_dim", "linear_head_dim"], 8),
    "type_vocab_size": 2, "mamba_d_state": 8, "state_size": 8, "ssm_state_size": 8, "sliding_window": 16,
    "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "vocab_size_per_layer_input": VOCABULARY,
    "hidden_size_per_layer_input": 8, "chunk_size": 8, "mamba_chunk_size": 8,
}
SIZES = ("hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size")
VISION = {key: SMALL[key] for key in SIZES}
TEXT = {key: SMALL[key] for key in (*SIZES, "vocab_size", "max_position_embeddings", "num_key_value_heads")}
SPECIAL = {  # what else a type needs
    "bamba": {"mamba_n_heads": 8, "mamba_d_head": 8, "attn_layer_indices": [1]},
    "blt": {"encoder_hash_byte_group_vocab": 50},
    "cohere_compass_text": {"rope_parameters": {"full_attention": {"rope_type": "default", "rope_theta": 10000.0}}},
    "dbrx": {"attn_config": {"rope_theta": 10000.0, "kv_n_heads": 2, "clip_qkv": 8.0},
             "ffn_config": {"ffn_hidden_size": 48}},
    "dots1": {"n_shared_experts": 1},
    "dots3_note": {"text_config": {"num_key_value_heads": 4}},
    **{name: {"num_key_value_heads": 4} for name in (
        "axk1", "axk2", "deepseek_v2", "deepseek_v3", "deepseek_v32", "dots3_note_text", "glm4_moe_lite",
        "glm_moe_dsa", "longcat_flash", "minicpm3", "youtu")},
    **{name: {"num_key_value_heads": 4, "layer_types": ["linear_attention", "full_attention"]} for name in (
        "kimi_linear", "bailing_hybrid")},
    "fuyu": {"text_config": {"model_type": "persimmon", **TEXT}}, "moshi": {"audio_vocab_size": VOCABULARY},
    "qwen4_exp_text": {"num_hidden_layers": 4}, "qwen4_exp": {"text_config": {"num_hidden_layers": 4}},
    "jamba": {"attn_layer_period": 2, "attn_layer_offset": 1}, "lfm3": {"layer_types": ["conv", "full_attention"]},
    "recurrent_gemma": {"block_types": ["recurrent", "attention"]}, "xmod": {"default_language": "en_XX"},
    "xlstm": {"hidden_size": 128, "embedding_dim": 128},
    "gemma3": {"vision_config": {"model_type": "siglip_vision_model", **VISION}},
    "gemma3n_text": {"num_kv_shared_layers": 0},
    "gemma4_assistant": {"text_config": {"hidden_size_per_layer_input": 0, "vocab_size_per_layer_input": 0}},
    "got_ocr2": {"text_config": {"model_type": "qwen2", **TEXT}},
    "gpt_neo": {"attention_types": [[["global", "local"], 1]]},
    "granitemoehybrid": {"mamba_n_heads": 8, "mamba_d_head": 8, "layer_types": ["mamba", "attention"]},
    "lfm2_moe": {"layer_types": ["conv", "full_attention"]},
    "mamba2": {"num_heads": 8},
    "moss_transcribe_diarize": {"text_config": {"model_type": "qwen3", **TEXT}},
    "qwen3_next": {"layer_types": ["linear_attention", "full_attention"]},
    "qwen3_5_text": {"layer_types": ["linear_attention", "full_attention"]},
    "qwen3_5_moe_text": {"layer_types": ["linear_attention", "full_attention"]},
    "qwen3_5": {"text_config": {"layer_types": ["linear_attention", "full_attention"]}},
    "qwen3_5_moe": {"text_config": {"layer_types": ["linear_attention", "full_attention"]}},
    "reformer": {"is_decoder": True, "axial_pos_shape": [8, 8], "axial_pos_embds_dim": [8, 24],
                 "attention_head_size": 8, "attn_layers": ["local", "lsh"]},
    "zamba": {"num_hidden_layers": 3, "layers_block_type": ["mamba", "hybrid", "hybrid"]},
    "zamba2": {"layers_block_type": ["mamba", "hybrid"]},
    "zaya": {"num_experts_per_tok": 1},
}


ENCODERS = ("bert", "bert-generation", "big_bird", "camembert", "data2vec-text", "electra", "ernie", "megatron-bert",
            "rembert", "roberta", "roberta-prelayernorm", "roc_bert", "roformer", "xlm-roberta", "xlm-roberta-xl",
            "xmod")  # unless is_decoder is set


def small_config(name, **settings):
    """Return a configuration of a type with small sizes; settings: those of the caller."""
    kind = CONFIG_MAPPING[name]
    small = chosen(kind)
    for nested, nested_kind in (getattr(kind, "sub_configs", None) or {}).items():
        if dataclasses.is_dataclass(nested_kind) or issubclass(nested_kind, PretrainedConfig):
            small[nested] = chosen(nested_kind)
    for key, value in {**SPECIAL.get(name, {}), **settings}.items():
        small[key] = {**small[key], **value} if isinstance(small.get(key), dict) else value
    return kind(**small)


def chosen(kind):
    """Return the small sizes of those settings that a class of configurations has."""
    names = ({field.name for field in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind)
             else set(inspect.signature(kind.__init__).parameters))  # up to transformers 5.0
    return {key: value for key, value in SMALL.items() if key in names}


def small_model(name, **settings):
    """Return a random model of a type in eval mode; raise a ValueError if it does not get small."""
    config = small_config(name, **settings)
    with torch.device("meta"):
        count = sum(weight.numel() for weight in AutoModelForCausalLM.from_config(config).parameters())
    if count > MAX_WEIGHTS:
        raise ValueError(f"{name}: must get small, got {count} weights")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = AutoModelForCausalLM.from_config(config).eval()
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, (torch.nn.Linear, torch.nn.Embedding)):
                module.weight.mul_(SCALE)
    return model
